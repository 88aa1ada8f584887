from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint.examples import retriever
from penstock_builder.lint.rule import Found, Rule

_STRATEGIES = ("CursorPagination", "PageIncrement", "OffsetIncrement")


def _check(tree: Placed) -> Iterator[Found]:
    for paginator in tree.find("DefaultPaginator"):
        strategy, option = paginator.part("pagination_strategy"), paginator.get("page_size_option")
        if option is None or strategy is None or strategy.type_name not in _STRATEGIES:
            continue
        if strategy.value("page_size") in (None, 0, ""):
            yield Found(
                option,
                f"there is no page size to send: {strategy.type_name} has no `page_size`",
                "give the strategy a `page_size`, or take `page_size_option` out",
                at_key=True,
            )


RULE = Rule(
    "page-size-missing",
    "error",
    "A page size option needs a strategy with a page size; no stream of the manifest can be read without.",
    _check,
    fails=(
        retriever("""
            paginator:
              type: DefaultPaginator
              page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
              page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: limit} # <-
              pagination_strategy: {type: PageIncrement}
        """),
    ),
    passes=(
        retriever("""
            paginator:
              type: DefaultPaginator
              page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
              page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: limit}
              pagination_strategy: {type: PageIncrement, page_size: 50}
        """),
    ),
)
