from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for cursor in tree.find("DatetimeBasedCursor"):
        client_side = cursor.get("is_client_side_incremental")
        if client_side is not None and client_side.value is True and cursor.value("is_data_feed") is True:
            yield Found(
                client_side,
                "`is_client_side_incremental` has no effect beside `is_data_feed`",
                "keep `is_data_feed` where the API gives the newest records first, else the other",
                at_key=True,
            )
        one_for_all = cursor.get("global_substream_cursor")
        retriever = cursor.above.part("retriever") if cursor.above else None
        if one_for_all is None or one_for_all.value is not True or retriever is None:
            continue
        if not retriever.spec.takes_more and retriever.get("partition_router") is None:
            yield Found(
                one_for_all,
                "`global_substream_cursor` has no effect: the stream has no partition router",
                "take it out",
                at_key=True,
            )


RULE = Rule(
    "idle-cursor-setting",
    "warning",
    "A setting of a cursor has no effect on this stream.",
    _check,
    fails=(
        stream("""
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%d"
              start_datetime: "2024-01-01"
              is_data_feed: true
              is_client_side_incremental: true # <-
              global_substream_cursor: true # <-
        """),
    ),
    passes=(
        stream("""
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%d"
              start_datetime: "2024-01-01"
              is_data_feed: true
        """),
    ),
)
