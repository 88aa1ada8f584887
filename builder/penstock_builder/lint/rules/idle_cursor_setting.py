from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import cursor
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in facts.datetime_cursors(tree):
        client_side = facts.switched_on(part, "is_client_side_incremental")
        if client_side is not None and facts.switched_on(part, "is_data_feed"):
            yield Found(
                client_side,
                "`is_client_side_incremental` has no effect beside `is_data_feed`",
                "keep `is_data_feed` where the API gives the newest records first, else the other",
                at_key=True,
            )
        one_for_all, retriever = (
            facts.switched_on(part, "global_substream_cursor"),
            facts.retriever_beside(part),
        )
        if one_for_all is None or retriever is None or retriever.spec.takes_more:
            continue
        if retriever.get("partition_router") is None:
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
        cursor("""
            is_data_feed: true
            is_client_side_incremental: true # <-
            global_substream_cursor: true # <-
        """),
    ),
    passes=(cursor("is_data_feed: true"),),
)
