"""Tells credentials from the rest of a recorded request: they go to the user's config, and into no text.

What might be one is taken for one: a config key too many is put right in a moment, a secret in a file is not.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from penstock_builder.importers.making.imported import Auth, Input, Operation, Parameter, Place
from penstock_builder.importers.making.literals import Template, literal, literal_parameter
from penstock_builder.importers.making.names import key_name, snake
from penstock_builder.importers.making.pagination import quoted

Json = Any

_SECRET_NAME = re.compile(
    r"auth|token|secret|passw|pwd|api[-_.]?key|apikey|access[-_.]?key|subscription[-_.]?key|app[-_.]?key|^key$"
    r"|session|signature|^sig$|credential|csrf|xsrf|jwt|bearer|private|client[-_.]?id|app[-_.]?id",
    re.IGNORECASE,
)
_PAGE_TOKEN = re.compile(
    r"page[-_.]?token|next[-_.]?token|continuation|sync[-_.]?token|starting[-_.]?token|skip[-_.]?token|pagination[-_.]?token"
    r"|resumption[-_.]?token|cursor",
    re.IGNORECASE,
)
_PLACES_OF_PAGES = re.compile(
    r"cursor|after|before|token|marker|bookmark|scroll|page|since|starting|ending", re.IGNORECASE
)
_BROWSER = re.compile(
    r"(?:sec-.*|accept-(?:encoding|language)|user-agent|referer|origin|host|connection|content-length|content-type|dnt"
    r"|priority|cache-control|pragma|te|upgrade-insecure-requests|if-none-match|if-modified-since|x-requested-with"
    r"|traceparent|tracestate|x-(?:b3|datadog|amzn|request|correlation).*|newrelic|:.*|accept|keep-alive"
    r"|x-forwarded-.*|via|cookie2|alt-used|range)",
    re.IGNORECASE,
)
_WORDS_BEFORE_KEYS = frozenset(
    ["token", "apikey", "api-key", "key", "ssws", "bot", "oauth", "geniekey", "jwt", "zoho-oauthtoken"]
)
"""An unknown word may be part of the key."""
_DOUBLE_BRACES = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_LONG = re.compile(r"[A-Za-z0-9_\-+/=.:~|]{20,}")


@dataclass
class Vault:
    """Collects the secrets that were found, under names of inputs that are not taken yet."""

    secrets: dict[str, str] = field(default_factory=dict, repr=False)

    def keep(self, name: str, value: str) -> Input:
        """Put a value away; the same value under the same name is kept once."""
        chosen, number = name, 2
        while self.secrets.get(chosen, value) != value:
            chosen, number = f"{name}_{number}", number + 1
        self.secrets[chosen] = value
        return Input(chosen, secret=True)

    def template(self, name: str, value: str) -> str:
        """Put a value away, and give the expression that stands for it."""
        return f"{{{{ config[{quoted(self.keep(name, value).name)}] }}}}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it was recorded. `body` is decoded JSON, form fields by name, or text, as `body_kind` says."""

    method: str
    url: str
    headers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    query: Sequence[tuple[str, str]] = field(default=(), repr=False)
    body: Json = field(default=None, repr=False)
    body_kind: str = ""
    user: str | None = field(default=None, repr=False)


def operation_of(sent: Sent, path: str, origin: str, vault: Vault, **more: Any) -> Operation:
    """A recorded request as an operation whose credentials are in the vault. `path` has its variable parts in braces."""
    auths: list[Auth] = []
    parts = urlsplit(sent.url)
    user = sent.user
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    if user is not None:
        auths.append(_basic(user, vault))
    parameters: list[Parameter] = []
    for name, value in sent.headers:
        _header(name, value, auths, parameters, vault)
    open_query = [pair for pair in sent.query if not is_secret(*pair)]
    for name, value in sent.query:
        if is_secret(name, value):
            auths.append(Auth("query", (vault.keep(key_name(name), value),), name))
    for name, values in _by_name(open_query).items():
        text = literal_parameter(values[0]) if len(values) == 1 else literal(repr(values))
        parameters.append(Parameter((name,), "query", _schema(values[0]), sent=text))
    body = without_secrets(sent.body, vault)
    parameters += _in_body(body, (), "form" if sent.body_kind == "form" else "body")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    base = f"{parts.scheme or 'https'}://{host}{f':{parts.port}' if parts.port else ''}"
    if not any(auth.kind not in ("header", "query") for auth in auths[:1]):
        auths.sort(key=lambda auth: auth.kind in ("header", "query"))
    return Operation(
        method=sent.method.upper(),
        base_url=literal(base),
        path=_without_secret_parts(_DOUBLE_BRACES.sub(r"{\1}", path), vault),
        origin=origin,
        parameters=tuple(parameters),
        body=body,
        body_kind=sent.body_kind if body is not None else "",  # type: ignore[arg-type]  # one of its words
        auths=tuple(_one_login(auths)),
        **more,
    )


def fields_of(pairs: Iterable[tuple[str, str]]) -> dict[str, Json]:
    """The fields of a form by name. One that is sent several times evaluates to the list of its values."""
    return {
        name: values[-1]
        if len(values) == 1 or any(is_secret(name, value) for value in values)
        else Template(literal(repr(values)))
        for name, values in _by_name(pairs).items()
    }


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def is_secret(name: str, value: str) -> bool:
    """Whether a header or parameter may prove who asks, by its name or by what it looks like."""
    if _PAGE_TOKEN.search(name):
        return False
    return bool(_SECRET_NAME.search(name)) or (_looks_random(value) and not _PLACES_OF_PAGES.search(name))


def without_secrets(body: Json, vault: Vault, name: str = "") -> Json:
    """A body with expressions where secrets were. A text that is no JSON and no form counts as one."""
    if isinstance(body, dict):
        return {key: without_secrets(value, vault, str(key)) for key, value in body.items()}
    if isinstance(body, list):
        return [without_secrets(value, vault, name) for value in body]
    if isinstance(body, str) and not name:
        return vault.template("request_body", body)
    if isinstance(body, str) and body and is_secret(name, body):
        return Template(vault.template(snake(name) or "secret", body))
    return body


def _header(name: str, value: str, auths: list[Auth], parameters: list[Parameter], vault: Vault) -> None:
    lower = name.lower()
    if lower == "authorization":
        auths.append(_authorization(value, vault))
    elif lower == "cookie":
        auths.append(Auth("header", (vault.keep("cookie", value),), "Cookie"))
    elif is_secret(name, value) and not _BROWSER.fullmatch(name):
        auths.append(Auth("header", (vault.keep(key_name(name), value),), name))
    elif not _BROWSER.fullmatch(name):
        parameters.append(Parameter((name,), "header", {}, sent=literal(value)))


def _authorization(value: str, vault: Vault) -> Auth:
    scheme, _, rest = value.strip().partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer" and rest:
        return Auth("bearer", (vault.keep("api_token", rest),))
    if scheme.lower() == "basic" and rest:
        try:
            return _basic(base64.b64decode(rest, validate=True).decode(), vault)
        except (binascii.Error, UnicodeDecodeError):
            return Auth("header", (vault.keep("api_key", value),), "Authorization")
    if rest and scheme.lower() in _WORDS_BEFORE_KEYS:
        return Auth("header", (vault.keep("api_key", rest),), "Authorization", f"{scheme} ")
    return Auth("header", (vault.keep("api_key", value),), "Authorization")


def _basic(user: str, vault: Vault) -> Auth:
    name, _, password = user.partition(":")
    return Auth("basic", (vault.keep("username", name), vault.keep("password", password)))


def _one_login(auths: list[Auth]) -> list[Auth]:
    """Credentials of which one at most is a user with a password: a request has one such header."""
    first = next((auth for auth in auths if auth.kind == "basic"), None)
    rest = [auth for auth in auths if auth.kind != "basic"]
    if first is None:
        return rest
    return [first, *(auth for auth in rest if auth.name.lower() != "authorization" and auth.kind != "bearer")]


def _in_body(body: Json, path: tuple[str, ...], where: Place) -> list[Parameter]:
    """The single values of a JSON body, by the keys that lead to them."""
    found: list[Parameter] = []
    for name, value in body.items() if isinstance(body, dict) else ():
        if isinstance(value, dict):
            found += _in_body(value, (*path, str(name)), where)
        elif not isinstance(value, list | Template):
            found.append(Parameter((*path, str(name)), where, _schema(value), sent=value))
    return found


def _without_secret_parts(path: str, vault: Vault) -> str:
    """A path whose parts that look like keys became variable parts of the same value."""
    made = []
    for part in path.split("/"):
        is_key = part and "{" not in part and _looks_random(unquote(part)) and not _is_id(part)
        made.append(f"{{{vault.keep('path_key', unquote(part)).name}}}" if is_key else part)
    return "/".join(made)


def _schema(value: Json) -> Mapping[str, Json]:
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()):
        return {"type": "integer"}
    return {"type": "string"}


def _is_id(part: str) -> bool:
    return re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\d+", part) is not None


def _looks_random(value: str) -> bool:
    """Whether a text of 20 characters or more mixes letters and digits as keys do; ids, dates and words do not."""
    if not _LONG.fullmatch(value) or _is_id(value) or re.match(r"\d{4}-\d\d-\d\d", value) or "://" in value:
        return False
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    return digits >= 3 and letters >= 6
