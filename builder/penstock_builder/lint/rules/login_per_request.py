from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint.examples import Example, requester
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("SessionTokenAuthenticator"):
        if part.value("expiration_duration") is None:
            yield Found(
                part.node,
                "without `expiration_duration` each request logs in anew",
                "say how long a token is good, such as `expiration_duration: PT1H`",
            )


def _example(more: str, mark: str) -> Example:
    return requester(f"""
        authenticator:
          type: SessionTokenAuthenticator{mark}
          login_requester: {{url: "https://api.example.com/login", http_method: POST}}
          session_token_path: [token]
          request_authentication: {{type: Bearer}}{more}
    """)


RULE = Rule(
    "login-per-request",
    "warning",
    "A session token without a duration is asked for anew for each request.",
    _check,
    fails=(_example("", " # <-"),),
    passes=(_example("\n          expiration_duration: PT1H", ""),),
)
