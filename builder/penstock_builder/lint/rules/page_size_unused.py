from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import paginator, retriever
from penstock_builder.lint.rule import Found, Rule

_REQUESTS = ("requester", "request_body")


def _check(tree: Placed) -> Iterator[Found]:
    for part, strategy in facts.paginators(tree):
        node = strategy.get("page_size")
        if node is None or part.get("page_size_option") or _is_sent(part, str(node.value)):
            continue
        if strategy.type_name != "CursorPagination":
            yield Found(
                node,
                "the API is not told of this `page_size`; if its pages are shorter, the first one is taken for the last",
                "send it by a `page_size_option`",
                at_key=True,
            )
        elif "page_size" not in facts.names_read(strategy):
            yield Found(
                node,
                "`page_size` has no effect: it is neither sent nor read by a template",
                "send it by a `page_size_option`, or take it out",
                at_key=True,
            )


def _is_sent(paginator: Placed, size: str) -> bool:
    """Whether a request holds the size in another way."""
    holder = paginator.above
    if holder is None or facts.runs_custom_code(holder):
        return True
    whole = re.compile(rf"(?<![\w.]){re.escape(size)}(?![\w.])")
    requests = [part for part in holder.walk(other_streams=False) if part.spec.kind.name in _REQUESTS]
    return any(whole.search(str(part.value(field.name))) for part in requests for field in part.spec.fields)


RULE = Rule(
    "page-size-unused",
    "warning",
    "The API is not told of the page size.",
    _check,
    fails=(
        paginator("""
            pagination_strategy:
              type: PageIncrement
              page_size: 100 # <-
        """),
        paginator("""
            pagination_strategy:
              type: CursorPagination
              cursor_value: "{{ response['next'] }}"
              page_size: 100 # <-
        """),
    ),
    passes=(
        paginator("""
            page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: limit}
            pagination_strategy: {type: PageIncrement, page_size: 100}
        """),
        retriever("""
            requester: {url: "https://api.example.com/orders", request_parameters: {limit: "100"}}
            paginator:
              type: DefaultPaginator
              page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
              pagination_strategy: {type: PageIncrement, page_size: 100}
        """),
    ),
)
