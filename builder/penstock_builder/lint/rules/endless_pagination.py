from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import paginator
from penstock_builder.lint.rule import Found, Rule

_OF_THE_PAGE = frozenset({"headers", "last_page_size", "last_record", "response"})


def _check(tree: Placed) -> Iterator[Found]:
    for strategy in tree.find("CursorPagination"):
        node = strategy.get("cursor_value")
        if node is None or node.value == "":
            continue
        if not _OF_THE_PAGE & facts.names_read(strategy):
            yield Found(
                node,
                "this token does not depend on the page just read, so the pages never end",
                "read `response`, `headers` or `last_record`, or add a `stop_condition` that does",
                at_key=True,
            )


RULE = Rule(
    "endless-pagination",
    "warning",
    "Neither the token of the next page nor a stop condition depends on the page just read.",
    _check,
    fails=(
        paginator("""
            pagination_strategy:
              type: CursorPagination
              cursor_value: "{{ config['start_date'] }}" # <-
        """),
    ),
    passes=(
        paginator("pagination_strategy: {type: CursorPagination, cursor_value: \"{{ last_record['id'] }}\"}"),
    ),
)
