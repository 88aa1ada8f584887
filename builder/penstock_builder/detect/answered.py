"""What of an answer may lead to the next page: fields beside the records, headers, links, the last record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from penstock.authoring import Json
from penstock_builder.detect.exchange import Exchange
from penstock_builder.detect.requested import leaves
from penstock_builder.detect.words import told

Path = tuple[str, ...]

_LINK = re.compile(r"<([^<>]*)>\s*((?:;[^,<]*(?:\"[^\"]*\")?)*)")
_NEXT = re.compile(r";\s*rel\s*=\s*(?:\"(?:[^\"]*\s)?next(?:\s[^\"]*)?\"|next\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A value of an answer, and where it stands. A "link" is one whose relation is "next"."""

    where: Literal["body", "header", "link", "last_record"]
    path: Path
    value: Json

    def expression(self) -> str:
        """What reads it in the scope of CursorPagination, without braces."""
        if self.where == "link":
            return "headers['link'].get('next', {}).get('url', '')"
        if self.where == "header":
            return f"headers[{quoted(self.path[0])}]"
        return lookup("response" if self.where == "body" else "last_record", self.path)

    def words(self) -> str:
        """The place without what stands there."""
        if self.where == "link":
            return "the `Link` header of relation next"
        if self.where == "header":
            return f"the response header {told(self.path, 'name')}"
        return told(self.path) if self.where == "body" else f"{told(self.path)} of the last record"


def answered(exchange: Exchange, record_path: Sequence[str]) -> Iterator[Found]:
    """Fields of the body outside the records, then headers, the next link, and fields of the last record."""
    hidden = tuple(record_path)
    for path, value in leaves(exchange.body):
        if hidden and path[: len(hidden)] == hidden:
            continue
        if not isinstance(value, list):
            yield Found("body", path, value)
    for name, text in exchange.response_headers.items():
        if name.lower() != "link":
            yield Found("header", (name,), text)
            continue
        url = next((link[1] for link in _LINK.finditer(text) if _NEXT.search(link[2])), None)
        if url is not None:
            yield Found("link", (), url)
    records = records_of(exchange, record_path)
    if records and isinstance(records[-1], dict):
        yield from (
            Found("last_record", path, value)
            for path, value in leaves(records[-1])
            if not isinstance(value, list)
        )


def records_of(exchange: Exchange, record_path: Sequence[str]) -> list[Json]:
    """What stands at the path, as DpathExtractor gives it."""
    found = [exchange.body]
    for key in record_path:
        if key == "*":
            found = [each for value in found for each in _children(value)]
        else:
            found = [value[key] for value in found if isinstance(value, dict) and key in value]
    if "*" in record_path:
        return found
    value = found[0] if found else None
    return value if isinstance(value, list) else [value] if value else []


def _children(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def lookup(name: str, path: Path) -> str:
    """An expression that is empty, and does not fail, where a key on the way is missing."""
    if len(path) == 1:
        return f"{name}[{quoted(path[0])}]"
    middle = "".join(f".get({quoted(key)}, {{}})" for key in path[:-1])
    return f"{name}{middle}.get({quoted(path[-1])})"


def quoted(key: str) -> str:
    """A key as text of an expression."""
    return "'" + key.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
