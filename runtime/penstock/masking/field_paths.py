"""Paths of fields to mask: `email`, `contacts[*].phone`, `address.*`, `**.ip_address`, `a\\.b`; or a JSONPath.

`[*]` is each element of a list, `*` each key or element of a level, `**` any depth, `\\.` a dot inside a name. What an
API gives as a list today and alone tomorrow must not leak: a name meets the elements of a list as well as the list,
and `[*]` meets a value that is no list. A path that begins with `$` is JSONPath (RFC 9535), of which names, `*`, `[*]`
and `..` are understood; there `[*]` is `*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from penstock.lean import dataclass

_TOKEN = re.compile(r"(?P<each>\[\*\])|(?P<name>(?:\\.|[^.\[\]\\])+)|(?P<dot>\.)")


class PathSyntaxError(ValueError):
    """A path that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One step: to a key of this name, to each key or element, to each element, or any number of steps down."""

    kind: Literal["name", "key", "each", "deep"]
    name: str = ""


FieldPath = tuple[Segment, ...]


def parse_field_path(text: str) -> FieldPath:
    """Read a path. Raises PathSyntaxError."""
    if text.startswith("$"):
        return _from_jsonpath(text)
    segments: list[Segment] = []
    at, expects_name = 0, True
    while at < len(text):
        token = _TOKEN.match(text, at)
        kind = token.lastgroup if token else ""
        if token is None or (kind == "name") != expects_name:
            raise PathSyntaxError(
                f"cannot be read from character {at + 1} on; write it like `contacts[*].phone`"
            )
        if kind == "each":
            segments.append(Segment("each"))
        elif kind == "name":
            segments.append(_named(token.group()))
        expects_name = kind == "dot"
        at = token.end()
    if expects_name:
        raise PathSyntaxError("ends where a name should be" if text else "names no field")
    if segments[-1].kind == "deep":
        raise PathSyntaxError("`**` needs a name after it; `**.*` is every field")
    return tuple(segments)


def _named(token: str) -> Segment:
    if token == "**":
        return Segment("deep")
    if token == "*":
        return Segment("key")
    if re.search(r"(?<!\\)\*", token):
        raise PathSyntaxError(r"`*` stands for a whole name; write `\*` for a star in a name")
    return Segment("name", re.sub(r"\\(.)", r"\1", token))


def _from_jsonpath(text: str) -> FieldPath:
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.parser import parse

    try:
        segments = tuple(_flattened(parse(text)))
    except JSONPathError:
        raise PathSyntaxError(
            r"cannot be read as JSONPath; write `\$` for a name that begins with `$`"
        ) from None
    if not segments:
        raise PathSyntaxError("names no field")
    return segments


def _flattened(path: Any) -> Iterator[Segment]:
    import jsonpath_ng as jp
    from jsonpath_ng.jsonpath import Wildcard

    if isinstance(path, jp.Child | jp.Descendants):
        yield from _flattened(path.left)
        if isinstance(path, jp.Descendants):
            yield Segment("deep")
        yield from _flattened(path.right)
    elif isinstance(path, Wildcard):
        yield Segment("key")
    elif isinstance(path, jp.Fields) and len(path.fields) == 1:
        yield Segment("name", path.fields[0])
    elif not isinstance(path, jp.Root):
        raise PathSyntaxError("takes of JSONPath only single names, `*`, `[*]` and `..`")


def written(path: FieldPath) -> str:
    """A path as `parse_field_path` reads it."""
    signs = {"key": "*", "each": "[*]", "deep": "**"}
    steps = [re.sub(r"([.*\[\]\\])", r"\\\1", s.name) if s.kind == "name" else signs[s.kind] for s in path]
    return ".".join(steps).replace(".[*]", "[*]")


def rank(path: FieldPath) -> tuple[int, int, int, int]:
    """How specific a path is: more names, then fewer `**`, then fewer `*`, then more `[*]`. The higher wins a field."""
    kinds = [segment.kind for segment in path]
    return kinds.count("name"), -kinds.count("deep"), -kinds.count("key"), kinds.count("each")
