"""Replaces `#/…` references by what they name, keeping the trail of sites that led there.

Any text that begins with `#/` is a reference, as the value of a `$ref` key or on its own. Beside `$ref`, sibling keys
win over the target's, one level deep. What stands under a key named `config_overrides` is left alone.
"""

from __future__ import annotations

from penstock.diagnostics import Diagnostics
from penstock.errors import ManifestError
from penstock.hints import nearest
from penstock.manifest.load import MAX_NODES
from penstock.manifest.node import Node

_VERBATIM = "config_overrides"


def resolve_references(root: Node, found: Diagnostics) -> Node:
    """Give the tree with every reference replaced; undefined and circular ones go into `found`.

    Raises ManifestError where the references stand for more values than are read.
    """
    resolver = _Resolver(root, found)
    resolved = resolver.resolve(root)
    if _size(resolved, {}) > MAX_NODES:
        raise resolver.refuse_bomb(root)
    return resolved


def _size(node: Node, known: dict[int, int]) -> int:
    """How many values a tree holds: one that several references share counts for each of them."""
    value = node.value
    if type(value) is not dict and type(value) is not list:
        return 1
    if id(value) not in known:
        children = value.values() if type(value) is dict else value
        known[id(value)] = 1 + sum(_size(child, known) for child in children)
    return known[id(value)]


class _Resolver:
    def __init__(self, root: Node, found: Diagnostics) -> None:
        self._root = root
        self._found = found
        self._done: dict[int, Node] = {}
        self._targets: dict[str, Node] = {}
        self._open: list[str] = []
        self._merged = 0

    def refuse_bomb(self, at: Node) -> ManifestError:
        self._found.error(
            "reference-bomb", f"the references expand to more than {MAX_NODES:,} values", at.span
        )
        return ManifestError(self._found.all)

    def resolve(self, node: Node) -> Node:
        value = node.value
        if type(value) is str:
            return self._follow(node) if value.startswith("#/") else node
        if type(value) is not dict and type(value) is not list:
            return node
        known = self._done.get(id(value))
        if known is None:
            known = self._list(node) if type(value) is list else self._mapping(node)
            self._done[id(value)] = known
        return known if known.key_line == node.key_line else known.at_key_of(node)

    def _list(self, node: Node) -> Node:
        items = [self.resolve(item) for item in node.value]
        return node if all(a is b for a, b in zip(items, node.value, strict=True)) else node.with_value(items)

    def _mapping(self, node: Node) -> Node:
        entries: dict[str, Node] = node.value
        if "$ref" in entries:
            return self._merge(node)
        resolved = {k: v if k == _VERBATIM else self.resolve(v) for k, v in entries.items()}
        return node if all(resolved[k] is v for k, v in entries.items()) else node.with_value(resolved)

    def _merge(self, node: Node) -> Node:
        site = node.value["$ref"]
        target = self._follow(site) if _is_reference(site) else self.resolve(site)
        if not isinstance(target.value, dict):
            return target
        siblings = {k: v if k == _VERBATIM else self.resolve(v) for k, v in node.value.items() if k != "$ref"}
        merged = target.at_key_of(node)
        if not siblings:
            return merged
        self._merged += len(target.value)
        if self._merged > MAX_NODES:
            raise self.refuse_bomb(site)
        # The mapping is now written at its own place; what it took over knows the site that fetched it.
        return Node(
            {**target.value, **siblings},
            node.source,
            node.line,
            node.col,
            node.key_line,
            node.key_col,
            merged.via,
        )

    def _follow(self, site: Node) -> Node:
        pointer: str = site.value
        if pointer in self._targets:
            return self._targets[pointer].reached_from(site)
        if pointer in self._open:
            trail = " -> ".join([*self._open[self._open.index(pointer) :], pointer])
            self._found.error(
                "reference-cycle", f"`{pointer}` leads back to itself: {trail}", site.span, via=site.via
            )
            return site.with_value(None)
        target = self._find(pointer[2:])
        if target is None:
            self._found.error(
                "undefined-reference",
                f"nothing is defined at `{pointer}`",
                site.span,
                hint=self._nearest(pointer),
            )
            return site.with_value(None)
        self._open.append(pointer)
        resolved = self.resolve(target)
        self._open.pop()
        self._targets[pointer] = resolved
        return resolved.reached_from(site)

    def _find(self, path: str) -> Node | None:
        """Walk from the root. The whole rest of the path is tried as one key first, so `a/b` may be a key."""
        node = self._root
        while path:
            step = _step(node, path)
            if step is not None:
                return step
            head, _, path = path.partition("/")
            child = _step(node, head)
            if child is None:
                return None
            node = child
        return node

    def _nearest(self, pointer: str) -> str:
        """Name the longest part of the pointer that exists, and what stands there."""
        node, walked = self._root, "#"
        for part in pointer[2:].split("/"):
            child = _step(node, part)
            if child is None:
                names = sorted(node.value) if isinstance(node.value, dict) else []
                close = nearest(part, names)
                return (
                    f"did you mean `{walked}/{close}`?"
                    if close
                    else f"`{walked}` is the last part that exists"
                )
            node, walked = child, f"{walked}/{part}"
        return ""


def _step(node: Node, key: str) -> Node | None:
    if isinstance(node.value, dict):
        found: Node | None = node.value.get(key)
        return found
    if isinstance(node.value, list) and key.isdecimal() and int(key) < len(node.value):
        item: Node = node.value[int(key)]
        return item
    return None


def _is_reference(node: Node) -> bool:
    return isinstance(node.value, str) and node.value.startswith("#/")
