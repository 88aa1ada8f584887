from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Node, Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import manifest
from penstock_builder.lint.rule import Found, Rule

_PLACES = ("definitions", "schemas")

_Place = tuple[int, int]


def _check(tree: Placed) -> Iterator[Found]:
    used: set[_Place] = set()
    seen: set[int] = set()
    for name, child in tree.node.value.items():
        if name not in _PLACES:
            _collect(child, used, seen)
    for name in _PLACES:
        for key, child in facts.entries(tree.get(name)).items():
            yield from _unused(key, child, used)


def _collect(node: Node, used: set[_Place], seen: set[int]) -> None:
    used.add((node.line, node.col))
    used.update((site.line, site.col) for site in node.via)
    if isinstance(node.value, dict | list) and id(node.value) not in seen:
        seen.add(id(node.value))
        for child in facts.children(node):
            _collect(child, used, seen)


def _unused(name: str, node: Node, used: set[_Place]) -> Iterator[Found]:
    """The definition, or those parts of a group of definitions, of which nothing is used."""
    if not _is_used(node, used):
        yield Found(node, f"nothing uses `{name}`", "take it out", at_key=True)
    elif (node.line, node.col) not in used and node.get("type") is None:
        for key, child in facts.entries(node).items():
            yield from _unused(key, child, used)


def _is_used(node: Node, used: set[_Place]) -> bool:
    if (node.line, node.col) in used or any((site.line, site.col) in used for site in node.via):
        return True
    return any(_is_used(child, used) for child in facts.children(node))


RULE = Rule(
    "unused-definition",
    "note",
    "Nothing refers to a definition.",
    _check,
    fails=(
        manifest("""
            definitions:
              selector: # <-
                extractor: {field_path: []}
              retriever:
                requester: {url: "https://api.example.com/orders"}
                record_selector: {extractor: {field_path: []}}
            streams:
              - {name: orders, primary_key: id, retriever: {$ref: "#/definitions/retriever"}}
        """),
    ),
    passes=(
        manifest("""
            definitions:
              selector: &selector
                extractor: {field_path: []}
              retriever:
                requester: {url: "https://api.example.com/orders"}
                record_selector: *selector
            streams:
              - {name: orders, primary_key: id, retriever: {$ref: "#/definitions/retriever"}}
        """),
    ),
)
