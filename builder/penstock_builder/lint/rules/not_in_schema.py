from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed, did_you_mean, listed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for declared in facts.streams(tree):
        properties = facts.properties(declared)
        if properties is None:
            continue
        for key in facts.primary_keys(declared):
            if key.value not in properties:
                yield Found(
                    key,
                    f"the primary key `{key.value}` is not in the stream's schema",
                    _hint(key.value, properties),
                )
        cursor = facts.cursor_field(declared)
        if cursor is not None and cursor.value and cursor.value not in properties:
            yield Found(
                cursor,
                f"the cursor field `{cursor.value}` is not in the stream's schema",
                _hint(cursor.value, properties),
            )


def _hint(name: str, known: object) -> str:
    names = sorted(str(key) for key in known) if isinstance(known, dict) else []
    return did_you_mean(name, names) or f"the schema has {listed(names[:20])}"


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
