from __future__ import annotations

from collections.abc import Iterator, Mapping

from penstock.authoring import Node, Placed, did_you_mean, listed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import Example, stream
from penstock_builder.lint.rule import Found, Rule

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_MAPS = ("properties", "patternProperties")


def _check(tree: Placed) -> Iterator[Found]:
    seen: set[int] = set()
    for part in tree.find("InlineSchemaLoader", "Spec"):
        node = part.get("schema") or part.get("connection_specification")
        if node is not None:
            yield from _schema(node, seen)


def _schema(node: Node, seen: set[int]) -> Iterator[Found]:
    if isinstance(node.value, bool):
        return
    if not isinstance(node.value, dict):
        yield Found(node, "a schema is a mapping, such as `{type: string}`")
        return
    if id(node.value) in seen:
        return
    seen.add(id(node.value))
    yield from _type(node.get("type"))
    for name in _MAPS:
        yield from _children(node.get(name), name, seen)
    for branch in facts.branches(node):
        yield from _schema(branch, seen)
    items = node.get("items")
    if items is not None:
        for item in items.value if isinstance(items.value, list) else [items]:
            yield from _schema(item, seen)
    required = node.get("required")
    if required is not None and not isinstance(required.value, list) and not isinstance(required.value, bool):
        yield Found(required, "`required` is a list of names")


def _children(node: Node | None, name: str, seen: set[int]) -> Iterator[Found]:
    if node is None:
        return
    if not isinstance(node.value, dict):
        yield Found(node, f"`{name}` is a mapping of names to schemas")
        return
    for child in node.value.values():
        if child.value is not None:
            yield from _schema(child, seen)


def _type(node: Node | None) -> Iterator[Found]:
    if node is None:
        return
    for named in node.value if isinstance(node.value, list) else [node]:
        if named.value not in _TYPES:
            elsewhere = _ELSEWHERE.get(str(named.value), "")
            hint = f"did you mean `{elsewhere}`?" if elsewhere else did_you_mean(str(named.value), _TYPES)
            yield Found(named, "JSON Schema has no such type", hint or f"there are {listed(_TYPES)}")


_ELSEWHERE: Mapping[str, str] = {
    "str": "string", "text": "string", "date": "string", "datetime": "string", "timestamp": "string", "int": "integer",
    "float": "number", "decimal": "number", "bool": "boolean", "dict": "object", "list": "array", "None": "null",
}  # fmt: skip
"""Types as other languages call them."""


def _example(type_: str, mark: str) -> Example:
    return stream(f"""
        schema_loader:
          type: InlineSchemaLoader
          schema:
            type: object
            properties:
              id:
                type: [{type_}, "null"]{mark}
    """)


RULE = Rule(
    "not-a-json-schema",
    "warning",
    "A schema is none: it names a type that there is not, or holds something else where a schema goes.",
    _check,
    fails=(_example("int", " # <-"),),
    passes=(_example("integer", ""),),
)
