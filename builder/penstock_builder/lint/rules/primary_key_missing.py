from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import manifest
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for declared in facts.streams(tree):
        cursor = facts.cursor(declared)
        if cursor is None or declared.value("primary_key") not in (None, "", []):
            continue
        lookback = cursor.get("lookback_window")
        if lookback is not None:
            yield Found(
                lookback,
                "what `lookback_window` reads again is added again: the stream has no `primary_key`",
                "name a `primary_key`, by which rows are merged",
                at_key=True,
            )
        else:
            yield Found(
                declared.node,
                "the stream is incremental and has no `primary_key`: a record that changes is added and not replaced",
                "name a `primary_key`, by which rows are merged",
                severity="note",
            )


def _manifest(key: str, mark: str) -> str:
    return f"""
        streams:
          - name: orders
            retriever:
              requester: {{url: "https://api.example.com/orders"}}
              record_selector: {{extractor: {{field_path: []}}}}{key}
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%d"
              start_datetime: "{{{{ config['start_date'] }}}}"
              is_client_side_incremental: true
              lookback_window: P1D{mark}
    """


RULE = Rule(
    "primary-key-missing",
    "warning",
    "A stream is read again from time to time and has no primary key to merge by.",
    _check,
    fails=(manifest(_manifest("", " # <-")),),
    passes=(manifest(_manifest("\n            primary_key: id", "")),),
)
