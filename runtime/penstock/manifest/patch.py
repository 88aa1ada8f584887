"""Puts another value at a path of a node tree. The tree stays as it is; what is given back shares its other parts.

A segment of a path is a key, an index of a list, or has wildcards: `*` for any one, `prefix_*`, `**` for any number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from penstock.manifest.node import Node

Segment = str | int

_WILD = frozenset("*?[")


def replaced(root: Node, path: Sequence[Segment], new: Node) -> Node:
    """The tree with `new` wherever `path` leads to; `root` itself where it leads nowhere."""
    if not path:
        return new.at_key_of(root)
    segment, rest = path[0], path[1:]
    changed = replaced(root, rest, new) if segment == "**" and rest else root
    for key, child in _children(changed):
        if segment == "**":
            made = replaced(child, path, new) if rest else new.at_key_of(child)
        elif _matches(key, segment):
            made = replaced(child, rest, new)
        else:
            continue
        if made is not child:
            changed = _with(changed, key, made)
    return changed


def created(root: Node, path: Sequence[Segment], new: Node) -> Node:
    """The tree with `new` at `path`, objects and lists made on the way; `root` itself where a scalar is in the way."""
    if not path:
        return new.at_key_of(root)
    segment, rest = path[0], path[1:]
    here = root if root.value is not None else root.with_value([] if isinstance(segment, int) else {})
    child = dict(_children(here)).get(segment, new.with_value(None))
    made = created(child, rest, new)
    if isinstance(here.value, dict):
        return here.with_value({**here.value, str(segment): made}, here.given)
    if isinstance(here.value, list) and isinstance(segment, int) and segment >= 0:
        missing = [new.with_value(None)] * (segment - len(here.value))
        return here.with_value([*here.value[:segment], *missing, made, *here.value[segment + 1 :]])
    return root


def has_wildcard(path: Sequence[Segment]) -> bool:
    """Tell whether a path may lead to several places."""
    return any(isinstance(segment, str) and not _WILD.isdisjoint(segment) for segment in path)


def _children(node: Node) -> Iterator[tuple[Segment, Node]]:
    if isinstance(node.value, dict):
        yield from node.value.items()
    elif isinstance(node.value, list):
        yield from enumerate(node.value)


def _matches(key: Segment, segment: Segment) -> bool:
    if isinstance(segment, str) and not _WILD.isdisjoint(segment):
        return fnmatchcase(str(key), segment)
    return str(key) == str(segment)


def _with(node: Node, key: Segment, child: Node) -> Node:
    if isinstance(node.value, dict):
        return node.with_value({**node.value, str(key): child}, node.given)
    items = list(node.value)
    items[int(key)] = child
    return node.with_value(items, node.given)
