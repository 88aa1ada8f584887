from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule

_TESTS = ("http_codes", "predicate", "error_message_contains")


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("HttpResponseFilter"):
        if part.get("action") is None:
            yield Found(
                part.node,
                "a response filter without an `action` does nothing",
                "add an `action`: SUCCESS, FAIL, RETRY, IGNORE …",
            )
        elif not any(part.value(name) for name in _TESTS):
            yield Found(
                part.node,
                "this response filter picks no answer, so its `action` is never taken",
                "add `http_codes`, a `predicate` or `error_message_contains`",
            )


RULE = Rule(
    "idle-response-filter",
    "warning",
    "A response filter that picks no answer, or says nothing to do, has no effect.",
    _check,
    fails=(
        requester("""
            error_handler:
              type: DefaultErrorHandler
              response_filters:
                - http_codes: [404] # <-
        """),
        requester("""
            error_handler:
              type: DefaultErrorHandler
              response_filters:
                - action: IGNORE # <-
        """),
    ),
    passes=(
        requester("""
            error_handler:
              type: DefaultErrorHandler
              response_filters:
                - {http_codes: [404], action: IGNORE}
        """),
    ),
)
