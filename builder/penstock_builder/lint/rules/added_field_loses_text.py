from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import Example, stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for declared, properties in facts.streams_with_schema(tree):
        for field in facts.added_fields(declared):
            path, value = facts.added_path(field), facts.text_node(field, "value")
            if value is None or field.get("value_type") is not None:
                continue
            schema = properties.get(path[0]) if path is not None and len(path) == 1 else None
            if schema is None or facts.schema_types(schema) - {"null"} != {"string"}:
                continue
            if _may_be_a_number(value.value):
                yield Found(
                    value,
                    "the schema says text, and a value of digits alone comes out as a number",
                    "add `value_type: string`",
                    at_key=True,
                )


def _may_be_a_number(text: str) -> bool:
    """Whether a value is digits alone where what it reads is."""
    stripped = text.strip()
    if not facts.is_template(stripped):
        return stripped.isdecimal() and not stripped.startswith("0")
    return (
        stripped.startswith("{{")
        and stripped.endswith("}}")
        and stripped.count("{{") == 1
        and not _makes_text(stripped)
    )


def _makes_text(template: str) -> bool:
    words = ("format_datetime", "strftime", "now_utc", "today_utc", "day_delta", "hash(", "uuid", "~", "lower", "upper", "tojson", "date")  # fmt: skip
    return any(word in template for word in words)


def _example(more: str, mark: str) -> Example:
    return stream(f"""
        schema_loader:
          type: InlineSchemaLoader
          schema: {{type: object, properties: {{id: {{type: integer}}, code: {{type: [string, "null"]}}}}}}
        transformations:
          - type: AddFields
            fields:
              - path: [code]{more}
                value: "{{{{ record['product']['code'] }}}}"{mark}
    """)


RULE = Rule(
    "added-field-loses-text",
    "note",
    "An added field is text in the schema, but a value of digits alone would come out as a number.",
    _check,
    fails=(_example("", " # <-"),),
    passes=(_example("\n                value_type: string", ""),),
)
