from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule

_BODIES = ("request_body", "request_body_json", "request_body_data")


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("HttpRequester"):
        if part.value("http_method") != "GET":
            continue
        for name in _BODIES:
            node = part.get(name)
            if node is not None and node.value:
                yield Found(
                    node,
                    f"`{name}` goes with a GET request, whose body most APIs ignore",
                    "set `http_method: POST`, or send the values as `request_parameters`",
                    at_key=True,
                )


RULE = Rule(
    "get-with-body",
    "warning",
    "A GET request has a body, which most APIs ignore.",
    _check,
    fails=(requester("request_body_json: {status: open} # <-"),),
    passes=(
        requester("""
            http_method: POST
            request_body_json: {status: open}
        """),
    ),
)
