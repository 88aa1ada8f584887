from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule

_AGAIN = ("RETRY", "RATE_LIMITED", "REFRESH_TOKEN_THEN_RETRY")


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("DefaultErrorHandler"):
        if part.value("max_retries") not in (0, "0"):
            continue
        again = [f for f in part.parts_in("response_filters") if f.value("action") in _AGAIN]
        for waiting in [*part.parts_in("backoff_strategies"), *again]:
            yield Found(
                waiting.node,
                f"this {waiting.type_name} has no effect: `max_retries` is 0",
                "raise `max_retries`, or take this out",
            )


RULE = Rule(
    "retries-without-attempts",
    "warning",
    "Waits and retries have no effect where `max_retries` is 0.",
    _check,
    fails=(
        requester("""
            error_handler:
              type: DefaultErrorHandler
              max_retries: 0
              backoff_strategies:
                - {type: ConstantBackoffStrategy, backoff_time_in_seconds: 5} # <-
              response_filters:
                - {http_codes: [418], action: RETRY} # <-
        """),
    ),
    passes=(
        requester("error_handler: {type: DefaultErrorHandler, max_retries: 0}"),
        requester("""
            error_handler:
              type: DefaultErrorHandler
              max_retries: 3
              backoff_strategies:
                - {type: ConstantBackoffStrategy, backoff_time_in_seconds: 5}
        """),
    ),
)
