from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for declared in facts.streams(tree):
        cursor = facts.cursor_field(declared)
        mask = facts.mask_of(declared, (cursor.value,)) if cursor is not None and cursor.value else None
        if cursor is not None and mask is not None:
            yield Found(
                mask,
                f"this masks the cursor field `{cursor.value}`, whose clear value stands in the saved state",
                "use a cursor that need not be masked, or keep the state where the data may be",
            )


_CURSOR = """
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%d"
              start_datetime: "2024-01-01"
              is_client_side_incremental: true
            transformations:
              - {{type: MaskFields, fields: [{field}], mask: redact}}{mark}
        """

RULE = Rule(
    "masked-cursor",
    "warning",
    "A masked field is the cursor too, so its clear value stands in the saved state.",
    _check,
    fails=(stream(_CURSOR.format(field="'**.updated_at'", mark=" # <-")),),
    passes=(stream(_CURSOR.format(field="email", mark="")),),
)
