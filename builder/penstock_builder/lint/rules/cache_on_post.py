from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("HttpRequester"):
        node = facts.switched_on(part, "use_cache")
        if node is not None and part.value("http_method") == "POST":
            yield Found(
                node,
                "`use_cache` has no effect: only answers to GET are kept",
                "take `use_cache` out",
                at_key=True,
            )


RULE = Rule(
    "cache-on-post",
    "warning",
    "The cache of a requester that sends POST is never used.",
    _check,
    fails=(
        requester("""
            http_method: POST
            use_cache: true # <-
        """),
    ),
    passes=(requester("use_cache: true"),),
)
