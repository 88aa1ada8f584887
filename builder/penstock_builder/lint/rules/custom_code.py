from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.walk():
        if part.spec.takes_more:
            yield Found(
                part.get("class_name") or part.node,
                f"{part.type_name} runs Python of the connector's own, which is off unless it is allowed",
                "read that code, for it can do all that you can; then run with --allow-custom-code",
            )


RULE = Rule(
    "custom-code",
    "warning",
    "A component runs Python of the connector's own, which is off unless it is allowed.",
    _check,
    fails=(requester("authenticator: {type: CustomAuthenticator, class_name: components.Signed} # <-"),),
    passes=(requester("authenticator: {type: NoAuth}"),),
)
