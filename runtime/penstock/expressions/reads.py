"""What a template reads, told from its syntax alone: for tools that look at manifests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import jinja2
from jinja2 import nodes

Path = tuple[str, ...]
"""A variable and the keys that are asked of it: `config['credentials']['key']` is `("config", "credentials", "key")`."""

COMPUTED = "*"
"""In place of a key that is only known during the run."""


@lru_cache(maxsize=20_000)
def read_paths(text: str) -> frozenset[Path]:
    """The paths that a template reads, as far as they are written; none for text that is no template, or is wrong."""
    if "{{" not in text and "{%" not in text:
        return frozenset()
    try:
        tree = jinja2.Environment(autoescape=False).parse(text)  # noqa: S701 - nothing is rendered
    except (jinja2.TemplateSyntaxError, RecursionError, ValueError):
        return frozenset()
    return frozenset(_paths(tree))


def _paths(node: nodes.Node) -> Iterator[Path]:
    keys: list[str] = []
    here = node
    while (step := _step(here)) is not None:
        here, key, *asked = step
        keys.append(key)
        for other in asked:
            yield from _paths(other)
    if isinstance(here, nodes.Name):
        if here.ctx == "load":
            yield (here.name, *reversed(keys))
        return
    for child in here.iter_child_nodes():
        yield from _paths(child)


def _step(node: nodes.Node) -> tuple[nodes.Node, str, *tuple[nodes.Node, ...]] | None:
    """One step of a path: what it is asked of, the key, and what else stands in it."""
    if isinstance(node, nodes.Getattr):
        return node.node, node.attr
    if isinstance(node, nodes.Getitem):
        known = isinstance(node.arg, nodes.Const)
        return (node.node, str(node.arg.value)) if known else (node.node, COMPUTED, node.arg)  # type: ignore[attr-defined]  # a Const
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "get":
        first, *rest = [*node.args, nodes.Const(None)]
        known = isinstance(first, nodes.Const)
        key = str(first.value) if known else COMPUTED  # type: ignore[attr-defined]  # a Const
        return (node.node.node, key, *(rest if known else [first, *rest]))
    return None
