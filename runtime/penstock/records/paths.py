"""Paths into JSON values with the wildcards of the manifest language: `*`, `**`, `prefix_*`.

A segment is text for a key or a whole number for a list index. `*` matches one segment, `**` any number of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from penstock.errors import StreamError

Json = Any
Segment = str | int
Test = Callable[[Json], bool]

_WILD = frozenset("*?[")


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()
"""Nothing stands at the path."""


def get(value: Json, path: Sequence[Segment]) -> Json:
    """The value at `path`, or MISSING. A wildcard must match one place only, else StreamError."""
    for i, segment in enumerate(path):
        if _is_wild(segment):
            found = list(_at_most_two(find(value, path[i:])))
            if len(found) > 1:
                raise StreamError(
                    "a path with a wildcard leads to more than one place", failure_type="config_error"
                )
            return found[0] if found else MISSING
        value = _step(value, segment)
        if value is MISSING:
            return MISSING
    return value


def _at_most_two(values: Iterator[Json]) -> Iterator[Json]:
    """At most two of the values."""
    for i, value in enumerate(values):
        if i == 2:
            return
        yield value


def find(value: Json, path: Sequence[Segment]) -> Iterator[Json]:
    """Every value that `path` leads to, in document order."""
    if not path:
        yield value
        return
    segment, rest = path[0], path[1:]
    if segment == "**":
        yield from find(value, rest)
        for _, child in _children(value):
            yield from find(child, path)
    elif _is_wild(segment):
        for key, child in _children(value):
            if fnmatchcase(str(key), str(segment)):
                yield from find(child, rest)
    else:
        child = _step(value, segment)
        if child is not MISSING:
            yield from find(child, rest)


def put(value: Json, path: Sequence[Segment], new: Json) -> None:
    """Set what stands at `path`, making objects and lists on the way. Raises StreamError on a scalar in between."""
    for i, segment in enumerate(path):
        last = i == len(path) - 1
        if isinstance(value, list):
            index = _index(segment)
            if index is None:
                raise _no_way(segment)
            while len(value) <= index:
                value.append(None)
            if last:
                value[index] = new
            elif value[index] is None:
                value[index] = _container(path[i + 1])
            value = value[index]
        elif isinstance(value, dict):
            if last:
                value[segment] = new
            elif value.get(segment) is None:
                value[segment] = _container(path[i + 1])
            value = value[segment]
        else:
            raise _no_way(segment)


def delete(value: Json, path: Sequence[Segment], test: Test | None = None) -> None:
    """Remove what stands at `path` and passes `test`. An item inside a list becomes null; the last one goes.

    A path that ends in `**` stands for what is before it as well. An empty path stands for nothing.
    """
    if not path:
        return
    *parents, last = path
    if last == "**":
        delete(value, [*path, "*"], test)
        delete(value, parents, test)
        return
    for holder in list(find(value, parents)):
        for key in [key for key, _ in _children(holder) if _matches(key, last)]:
            if test is None or test(holder[key]):
                _remove(holder, key)


def _remove(holder: Json, key: Any) -> None:
    if isinstance(holder, list) and key != len(holder) - 1:
        holder[key] = None
    else:
        del holder[key]


def _matches(key: Segment, segment: Segment) -> bool:
    if _is_wild(segment):
        return fnmatchcase(str(key), str(segment))
    return key == segment or (isinstance(key, int) and key == _index(segment))


def _is_wild(segment: Segment) -> bool:
    return isinstance(segment, str) and not _WILD.isdisjoint(segment)


def _step(value: Json, segment: Segment) -> Json:
    if isinstance(value, dict):
        return value.get(segment, MISSING)
    if isinstance(value, list):
        index = _index(segment)
        return value[index] if index is not None and index < len(value) else MISSING
    return MISSING


def _children(value: Json) -> list[tuple[Any, Json]]:
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        return list(enumerate(value))
    return []


def _index(segment: Segment) -> int | None:
    if isinstance(segment, int):
        return segment if segment >= 0 else None
    return int(segment) if segment.isdecimal() else None


def _container(next_segment: Segment) -> Json:
    return [] if _index(next_segment) is not None else {}


def _no_way(segment: Segment) -> StreamError:
    told = "an index" if isinstance(segment, int) else f"`{segment}`"
    return StreamError(f"there is a single value where the path goes on with {told}")
