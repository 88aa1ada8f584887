from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Node, Placed, read_paths
from penstock_builder.edit import Edit
from penstock_builder.lint import facts
from penstock_builder.lint.examples import Example, manifest
from penstock_builder.lint.rule import Fix, Found, Rule

_TEXTS = frozenset({"string", "null"})


def _check(tree: Placed) -> Iterator[Found]:
    told: set[int] = set()
    for part, _, node in facts.secret_texts(tree):
        for path in read_paths(node.value):
            for schema in facts.config_schemas(tree, path[1:]) if path[0] == "config" else ():
                if path[1:] and _is_open(schema) and id(schema.value) not in told:
                    told.add(id(schema.value))
                    yield _found(
                        schema,
                        f"`{path[-1]}` proves who asks ({part.type_name}) and is not marked as a secret",
                    )
    root = facts.config_schema(tree)
    for name, child in _all_properties(root) if root else ():
        if facts.sounds_secret(name) and _is_open(child) and _is_text(child) and id(child.value) not in told:
            yield _found(child, f"`{name}` sounds like a secret and is not marked as one")


def _found(schema: Node, message: str) -> Found:
    return Found(
        schema,
        message,
        "add `airbyte_secret: true`, so that it is never shown",
        at_key=True,
        fix=_fix(schema),
    )


def _fix(schema: Node) -> Fix:
    """Put the mark in front of the first key."""
    if not schema.value or schema.via:
        return ()
    if facts.is_block(schema):
        return (Edit(schema.line, schema.col, "", "airbyte_secret: true\n" + " " * (schema.col - 1)),)
    return (Edit(schema.line, schema.col, "{", "{airbyte_secret: true, "),)


def _is_open(schema: Node) -> bool:
    mark = schema.get("airbyte_secret")
    return (
        isinstance(schema.value, dict)
        and (mark is None or mark.value is not True)
        and schema.get("const") is None
    )


def _is_text(schema: Node) -> bool:
    types = facts.schema_types(schema)
    return (
        "string" in types and types <= _TEXTS and schema.get("enum") is None and schema.get("format") is None
    )


def _all_properties(schema: Node) -> Iterator[tuple[str, Node]]:
    for name, child in facts.declared_in(schema):
        if isinstance(child.value, dict):
            yield name, child
            yield from _all_properties(child)


def _spec(name: str, mark: str, schema: str = "type: string") -> Example:
    return manifest(f"""
        spec:
          type: Spec
          connection_specification:
            type: object
            properties:
              start_date: {{type: string}}
              api_key: {{type: string, airbyte_secret: true}}
              {name}:{mark}
                {schema}
    """)


RULE = Rule(
    "secret-not-marked",
    "warning",
    "A value of the config that proves who asks, or sounds like it, is not marked `airbyte_secret`.",
    _check,
    fails=(
        _spec("client_secret", " # <-"),
        manifest("""
            spec:
              type: Spec
              connection_specification:
                type: object
                properties:
                  api_key: {type: string, title: Key} # <-
                  start_date: {type: string}
        """),
    ),
    passes=(_spec("token_url", ""), _spec("client_secret", "", "{type: string, airbyte_secret: true}")),
)
