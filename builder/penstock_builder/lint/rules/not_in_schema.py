from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for declared, properties in facts.streams_with_schema(tree):
        for key in facts.primary_keys(declared):
            if key.value not in properties:
                yield Found(
                    key,
                    f"the primary key `{key.value}` is not in the stream's schema",
                    facts.hint(key.value, properties, "the schema has"),
                )
        cursor = facts.cursor_field(declared)
        if cursor is not None and cursor.value and cursor.value not in properties:
            yield Found(
                cursor,
                f"the cursor field `{cursor.value}` is not in the stream's schema",
                facts.hint(cursor.value, properties, "the schema has"),
            )


_SCHEMA = (
    "schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {id: {}, updated_at: {}}}}"
)
_CURSOR = """incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: CURSOR
              datetime_format: "%Y-%m-%d"
              start_datetime: "2024-01-01"
              is_client_side_incremental: true"""

RULE = Rule(
    "not-in-schema",
    "warning",
    "The primary key or the cursor field is not in the stream's schema.",
    _check,
    fails=(
        stream(f"""
            primary_key: [id, lien] # <-
            {_SCHEMA}
        """),
        stream(f"""
            primary_key: id
            {_SCHEMA}
            {_CURSOR.replace("CURSOR", "update_at # <-")}
        """),
    ),
    passes=(
        stream(f"""
            primary_key: id
            {_SCHEMA}
            {_CURSOR.replace("CURSOR", "updated_at")}
        """),
    ),
)
