from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule

_PLACEHOLDER = 8
"""Shorter ones, such as `x`, stand in for a password that an API does not look at."""


def _check(tree: Placed) -> Iterator[Found]:
    for part, field, node in facts.secret_texts(tree):
        if len(node.value) >= _PLACEHOLDER and not facts.is_template(node.value):
            yield Found(
                node,
                f"{part.type_name}.{field} stands in the manifest, where everybody can read it",
                "take it from the config: {{ config['…'] }}, with `airbyte_secret: true` in the spec",
            )


RULE = Rule(
    "secret-in-manifest",
    "warning",
    "A secret is written in the manifest and does not come from the config.",
    _check,
    fails=(requester("authenticator: {type: BearerAuthenticator, api_token: example-of-a-token} # <-"),),
    passes=(
        requester(
            "authenticator: {type: BasicHttpAuthenticator, username: \"{{ config['api_key'] }}\", password: x}"
        ),
    ),
)
