"""What a recording must not hold beyond masked values: credentials by name, and what a config tells of its owner."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from penstock.authoring import TELLING_TEXT, Json, StandIns
from penstock_builder.lint.facts import UNIONS, sounds_secret

HIDDEN = "****"

_CREDENTIAL = re.compile(
    r"authorization|cookie|signature|password|passwd|passphrase|secret|assertion|credential|csrf|xsrf"
    r"|(?:^|[_-])(?:sig|jwt|api_?key|access_?key|private_?key|(?:access|refresh|id|auth|session|bearer)_?token)$",
    re.IGNORECASE,
)
_ANSWER_HEADER = re.compile(
    r"^(?:content-type|content-disposition|link|location|retry-after)$"
    r"|limit|remaining|reset|page|next|prev|cursor|total|count|offset|continu|token|has-?more|range|version",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?|P[0-9TYMWDHS.]+")
_WORD = re.compile(r"[A-Za-z_.-]{1,24}|v[0-9.]{1,5}")
_MOST_KEPT = 9_999


def is_credential(name: str) -> bool:
    """Whether what stands under a name proves who asks, so that nothing of it is kept."""
    return bool(_CREDENTIAL.search(name))


def hides(name: str) -> bool:
    """Whether what stands under a name gets a stand-in whatever it is: the token of a next page may be one of these."""
    return sounds_secret(name) or is_credential(name)


def without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a request, credentials as `****`."""
    return {
        name: HIDDEN if is_credential(name) or sounds_secret(name) else value
        for name, value in headers.items()
    }


def url_without_credentials(url: str) -> str:
    """A URL, credentials in its query as `****`."""
    head, mark, query = url.partition("?")
    return head + mark + "&".join(_parameter(pair) for pair in query.split("&"))


def _parameter(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={HIDDEN}" if equals and is_credential(unquote_plus(name)) else pair


def body_without_credentials(body: str, content_type: str) -> Json:
    """A body as JSON, as the fields of a form, or as text, credentials as `****`; None for an empty one."""
    if not body:
        return None
    if "form" in content_type:
        pairs = parse_qsl(body, keep_blank_values=True)
        return urlencode(
            [(name, HIDDEN if is_credential(name) else value) for name, value in pairs], safe="*"
        )
    try:
        return _hidden(json.loads(body))
    except ValueError:
        return body


def _hidden(value: Json) -> Json:
    if isinstance(value, dict):
        return {
            name: HIDDEN if is_credential(name) and isinstance(child, str | int | float) else _hidden(child)
            for name, child in value.items()
        }
    return [_hidden(child) for child in value] if isinstance(value, list) else value


def answer_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer that a manifest may go by."""
    return {
        name: HIDDEN if is_credential(name) else value
        for name, value in headers.items()
        if _ANSWER_HEADER.search(name) and "cookie" not in name.lower()
    }


def kept_config(
    config: Mapping[str, Json], specification: Json, stand_ins: StandIns, dummy: Callable[[Json], Json]
) -> dict[str, Json]:
    """The config that a recording is replayed with.

    Secrets become dummies. Moments, small numbers, single words and what the specification itself names are kept; for
    the rest, hosts among it, `stand_ins` learn stand-ins. Hosts become `host-1.invalid` and so on.
    """
    made = _Config(stand_ins, dummy).value(dict(config), [specification], "", is_secret=False)
    kept: dict[str, Json] = made
    return kept


class _Config:
    def __init__(self, stand_ins: StandIns, dummy: Callable[[Json], Json]) -> None:
        self._stand_ins = stand_ins
        self._dummy = dummy
        self._hosts: dict[str, str] = {}

    def value(self, value: Json, schemas: list[Json], name: str, *, is_secret: bool) -> Json:
        schemas = [each for schema in schemas for each in _branches(schema)]
        is_secret = (
            is_secret or hides(name) or any(schema.get("airbyte_secret") is True for schema in schemas)
        )
        if isinstance(value, Mapping):
            return {
                key: self.value(child, _below(schemas, key), key, is_secret=is_secret)
                for key, child in value.items()
            }
        if isinstance(value, list):
            items = [schema["items"] for schema in schemas if isinstance(schema.get("items"), dict)]
            return [self.value(child, items, name, is_secret=is_secret) for child in value]
        if value is None or isinstance(value, bool):
            return value
        named = _named(schemas)
        if is_secret or (hides(name) and value not in named):
            return self._dummy(value)
        if value in named or _tells_nothing(value):
            return value
        if isinstance(value, str) and "://" in value:
            return self._url(value)
        self._stand_ins.learn_clear(value, name)
        return self._stand_ins.value({name: value})[name]

    def _url(self, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return HIDDEN
        host = self._hosts.setdefault(parts.netloc, f"host-{len(self._hosts) + 1}.invalid")
        self._stand_ins.learn_as(parts.netloc, host)
        self._stand_ins.learn_as(parts.netloc.rpartition("@")[2], host)
        for segment in parts.path.split("/"):
            if segment and not _WORD.fullmatch(segment):
                self._stand_ins.learn_clear(segment)
        for _, value in parse_qsl(parts.query):
            self._stand_ins.learn_clear(value)
        return self._stand_ins.url(url)


def _branches(schema: Json) -> Iterator[dict[str, Json]]:
    if isinstance(schema, dict):
        yield schema
        for union in UNIONS:
            for branch in schema.get(union) or ():
                yield from _branches(branch)


def _below(schemas: list[Json], key: str) -> list[Json]:
    return [schema["properties"][key] for schema in schemas if key in (schema.get("properties") or {})]


def _named(schemas: list[Json]) -> list[Json]:
    """The values that the specification itself names."""
    named: list[Json] = []
    for schema in schemas:
        named += [
            *(schema.get("enum") or ()),
            *(schema.get("examples") or ()),
            schema.get("const"),
            schema.get("default"),
        ]
    return named


def _tells_nothing(value: Json) -> bool:
    if isinstance(value, int | float):
        return abs(value) <= _MOST_KEPT
    return len(value) < TELLING_TEXT or bool(_MOMENT.fullmatch(value))
