from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import retriever
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for paginator in tree.find("DefaultPaginator"):
        holder = paginator.above
        if paginator.get("page_token_option") is not None or holder is None or facts.runs_custom_code(holder):
            continue
        if "next_page_token" not in facts.names_read(holder):
            yield Found(
                paginator.node,
                "the token of the next page is never sent, so each page would be the first one again",
                "add a `page_token_option`, or read `next_page_token` in a template of the requester",
            )


RULE = Rule(
    "page-token-unused",
    "warning",
    "A paginator gets tokens of next pages and never sends them.",
    _check,
    fails=(
        retriever("""
            paginator:
              type: DefaultPaginator # <-
              pagination_strategy: {type: PageIncrement}
        """),
    ),
    passes=(
        retriever("""
            paginator:
              type: DefaultPaginator
              page_token_option: {type: RequestPath}
              pagination_strategy: {type: CursorPagination, cursor_value: "{{ response['next'] }}"}
        """),
        retriever("""
            requester:
              url: https://api.example.com/orders
              request_parameters: {page: "{{ next_page_token['next_page_token'] }}"}
            paginator:
              type: DefaultPaginator
              pagination_strategy: {type: PageIncrement}
        """),
    ),
)
