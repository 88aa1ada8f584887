from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule

_REFUSALS = (401, 403)


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("HttpResponseFilter"):
        if part.value("action") not in ("IGNORE", "SUCCESS"):
            continue
        for code in facts.elements(part.get("http_codes")):
            if code.value in _REFUSALS:
                yield Found(
                    code,
                    f"HTTP {code.value} is passed over, so wrong or expired credentials look like an empty stream",
                    "use the action FAIL with `failure_type: config_error`, or narrow it by a `predicate`",
                    severity="note" if part.get("predicate") or code.value == 403 else None,
                )


RULE = Rule(
    "auth-errors-ignored",
    "warning",
    "An error handler passes over HTTP 401 or 403, so refused credentials look like an empty stream.",
    _check,
    fails=(
        requester("""
            error_handler:
              type: DefaultErrorHandler
              response_filters:
                - {http_codes: [401, 404], action: IGNORE} # <-
        """),
    ),
    passes=(
        requester("""
            error_handler:
              type: DefaultErrorHandler
              response_filters:
                - {http_codes: [401], action: FAIL, failure_type: config_error}
                - {http_codes: [404], action: IGNORE}
        """),
    ),
)
