from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule

_FIELDS = ("url", "url_base", "token_refresh_endpoint")
_PLAIN = re.compile(
    r"http://(?!localhost\b|127\.|\[::1\]|0\.0\.0\.0|host\.docker\.internal\b|[\w.-]+\.(?:test|local|internal)\b|\{\{)"
)


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.walk():
        for name in _FIELDS:
            node = facts.text_node(part, name)
            if node is not None and _PLAIN.match(node.value):
                yield Found(
                    node,
                    f"`{name}` is not encrypted: credentials and records can be read on the way",
                    "use https://",
                )


RULE = Rule(
    "insecure-url",
    "warning",
    "Requests go over http, where credentials and records can be read on the way.",
    _check,
    fails=(requester("url: http://api.example.com/orders # <-"),),
    passes=(
        requester("url: https://api.example.com/orders"),
        requester("url: http://localhost:8000/orders"),
    ),
)
