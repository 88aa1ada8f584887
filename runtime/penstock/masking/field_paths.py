"""Paths of fields to mask: `email`, `contacts[*].phone`, `address.*`, `**.ip_address`, `a\\.b`; or a JSONPath.

`[*]` is each element of a list, `*` each key of a level, `**` any depth, `\\.` a dot inside a name. A path that
begins with `$` is JSONPath. A name meets the elements of a list as well as the list: forgetting `[*]` must not leak.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

_TOKEN = re.compile(r"(?P<each>\[\*\])|(?P<name>(?:\\.|[^.\[\]\\])+)|(?P<dot>\.)")


class PathSyntaxError(ValueError):
    """A path that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One step: to a key of this name, to each key, to each element, or any number of steps down."""

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
        if (
            token is None
            or (token.lastgroup == "dot") == expects_name
            or (expects_name and token.lastgroup == "each")
        ):
            raise PathSyntaxError(f"the path cannot be read from character {at + 1} on")
        if token.lastgroup == "each":
            segments.append(Segment("each"))
        elif token.lastgroup == "name":
            segments.append(_named(token.group()))
        expects_name = token.lastgroup == "dot"
        at = token.end()
    if expects_name:
        raise PathSyntaxError("the path ends where a name should be" if text else "the path is empty")
    if segments[-1].kind == "deep":
        raise PathSyntaxError("`**` needs a name after it")
    return tuple(segments)


def _named(token: str) -> Segment:
    if token == "**":
        return Segment("deep")
    if token == "*":
        return Segment("key")
    return Segment("name", re.sub(r"\\(.)", r"\1", token))


def _from_jsonpath(text: str) -> FieldPath:
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.parser import parse

    try:
        return tuple(_flatten(parse(text)))
    except JSONPathError:
        raise PathSyntaxError("the JSONPath cannot be read") from None


def _flatten(path: Any) -> list[Segment]:
    import jsonpath_ng as jp

    if isinstance(path, jp.Root):
        return []
    if isinstance(path, jp.Child):
        return _flatten(path.left) + _flatten(path.right)
    if isinstance(path, jp.Descendants):
        return [*_flatten(path.left), Segment("deep"), *_flatten(path.right)]
    if isinstance(path, jp.Fields) and len(path.fields) == 1:
        name = path.fields[0]
        return [Segment("key") if name == "*" else Segment("name", name)]
    if isinstance(path, jp.Slice) and path.start is path.end is path.step is None:
        return [Segment("each")]
    if type(path).__name__ == "Wildcard":
        return [Segment("each")]
    raise PathSyntaxError("of JSONPath, a path takes names, `*`, `[*]` and `..`")


def rank(path: FieldPath) -> tuple[int, int, int]:
    """How specific a path is: more names, then fewer `**`, then fewer wildcards. The higher rank wins a field."""
    kinds = [segment.kind for segment in path]
    return kinds.count("name"), -kinds.count("deep"), -kinds.count("key")
