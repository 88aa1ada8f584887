from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import paginator
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part, strategy in facts.paginators(tree):
        option = part.get("page_size_option")
        if option is not None and strategy.value("page_size") in (None, 0, ""):
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
        paginator("""
            page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: limit} # <-
            pagination_strategy: {type: PageIncrement}
        """),
    ),
    passes=(
        paginator("""
            page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: limit}
            pagination_strategy: {type: PageIncrement, page_size: 50}
        """),
    ),
)
