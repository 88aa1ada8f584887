from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Node, Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import manifest
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    first: dict[str, Node] = {}
    for declared in tree.parts_in("streams"):
        name = facts.text_node(declared, "name")
        if name is None or declared.type_name == "ConditionalStreams":
            continue  # of those, one plan or the other may be there
        if name.value in first:
            yield Found(
                name,
                f"there is another stream `{name.value}`, and only one of them is read",
                f"the other is on line {first[name.value].line}; give one another name",
            )
        first.setdefault(name.value, name)


RULE = Rule(
    "duplicate-stream-name",
    "warning",
    "Two streams have one name.",
    _check,
    fails=(
        manifest("""
            definitions:
              retriever:
                requester: {url: "https://api.example.com/orders"}
                record_selector: {extractor: {field_path: []}}
            streams:
              - {name: orders, primary_key: id, retriever: {$ref: "#/definitions/retriever"}}
              - {name: orders, primary_key: id, retriever: {$ref: "#/definitions/retriever"}} # <-
        """),
    ),
    passes=(
        manifest("""
            definitions:
              retriever:
                requester: {url: "https://api.example.com/orders"}
                record_selector: {extractor: {field_path: []}}
            streams:
              - {name: orders, primary_key: id, retriever: {$ref: "#/definitions/retriever"}}
              - {name: lines, primary_key: id, retriever: {$ref: "#/definitions/retriever"}}
        """),
    ),
)
