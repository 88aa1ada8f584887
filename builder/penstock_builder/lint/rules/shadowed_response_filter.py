from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for handler in tree.find("DefaultErrorHandler"):
        taken: set[int] = set()
        for part in handler.parts_in("response_filters"):
            codes = part.value("http_codes")
            if not isinstance(codes, list) or part.get("action") is None:
                continue
            own = {code for code in codes if isinstance(code, int)}
            only_codes = part.get("predicate") is None and part.get("error_message_contains") is None
            if own and only_codes and own <= taken:
                yield Found(
                    part.node,
                    "this response filter is never reached: earlier ones pick all of its `http_codes`",
                    "put the more specific filter first",
                )
            taken |= own


RULE = Rule(
    "shadowed-response-filter",
    "warning",
    "A response filter is never reached, because earlier ones pick all of its status codes.",
    _check,
    fails=(
        requester("""
            error_handler:
              type: DefaultErrorHandler
              response_filters:
                - {http_codes: [403, 404], action: FAIL}
                - {http_codes: [404], action: IGNORE} # <-
        """),
    ),
    passes=(
        requester("""
            error_handler:
              type: DefaultErrorHandler
              response_filters:
                - {http_codes: [404], predicate: "{{ response.gone }}", action: IGNORE}
                - {http_codes: [403, 404], action: FAIL}
        """),
    ),
)
