"""Values of a manifest as a diff shows them: short, and nothing that may be a secret."""

from __future__ import annotations

import json
import re

from penstock.authoring import Json, Node, Placed, Redactor, plain
from penstock_builder.lint.facts import sounds_secret

_WIDTH = 60
_CONFIG_ONLY = re.compile(r"""\{\{\s*config(?:\[['"][\w-]+['"]\]|\.\w+)+\s*\}\}""")
_LIKE_A_KEY = re.compile(r"(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{20,}")
_SECRET_IN_URL = re.compile(r"(?<=://)[^/?#@]*@")
_QUERY = re.compile(r"[?&]([\w.\[\]-]+)=([^&#]*)")

_HARMLESS = frozenset(
    {"header", "field_name", "inject_into", "expires_in_name", "access_token_name", "grant_type"}
)
"""Fields of authenticators that hold the name of a thing."""

_WITHOUT_VALUES = frozenset({"request_headers", "additional_jwt_headers"})
"""Fields of which names alone are shown."""


def shown(node: Node | None, part: Placed, path: tuple[str, ...]) -> str | None:
    """A value on one line, for a setting of a component at a path of field and keys; None where it must not be shown.

    What is not given is told as its default.
    """
    spec = part.spec.field(path[0])
    value = (
        plain(node) if node is not None else (spec.default if spec is not None and len(path) == 1 else None)
    )
    if value is None or value in ([], {}):
        return "none"
    if path[0] in _WITHOUT_VALUES or (spec is not None and spec.secret) or any(map(sounds_secret, path)):
        return None
    if _is_for_authentication(part) and path[0] not in _HARMLESS and not _is_plain_setting(value):
        return None
    return _line(value)


def _is_for_authentication(part: Placed) -> bool:
    here: Placed | None = part
    while here is not None and here.spec.kind.name != "stream":
        if here.spec.kind.name in ("authenticator", "session_token", "token_updater"):
            return True
        here = here.above
    return False


def _is_plain_setting(value: Json) -> bool:
    return isinstance(value, bool | int | float) or (
        isinstance(value, str) and _CONFIG_ONLY.fullmatch(value.strip()) is not None
    )


def _line(value: Json) -> str | None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    line = " ".join(text.split())
    outside = _CONFIG_ONLY.sub("", line)
    if _SECRET_IN_URL.search(outside) or any(
        sounds_secret(name) and found for name, found in _QUERY.findall(outside)
    ):
        return None
    if any(not _is_words(found.group()) for found in _LIKE_A_KEY.finditer(outside)):
        return None
    if isinstance(value, dict | list) and _names_secret(value):
        return None
    told = Redactor()(line)
    return f"`{told if len(told) <= _WIDTH else told[:_WIDTH] + '…'}`"


def _is_words(text: str) -> bool:
    """Whether a long run of letters and digits is a path or a name made of words, not a key."""
    return all(len(word) < 20 and (word.isalpha() or len(word) < 8) for word in re.split(r"[\W_]+", text))


def _names_secret(value: Json) -> bool:
    if isinstance(value, dict):
        return any(sounds_secret(str(k)) or _names_secret(v) for k, v in value.items())
    return isinstance(value, list) and any(map(_names_secret, value))
