from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule

_NAMES = "config|record|response|stream_partition|stream_slice|stream_interval|next_page_token|parameters|last_record"
_UNWRAPPED = re.compile(
    rf"(?<![\w.])(?:{_NAMES})(?:\[['\"]\w+['\"]\]|\.get\()|\{{\s*(?:{_NAMES})\b[^{{}}]*\}}"
)
_EVALUATED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_FREE = frozenset({"description", "query"})


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.walk():
        for name, node in part.texts:
            if name not in _FREE and _UNWRAPPED.search(_EVALUATED.sub("", node.value)):
                yield Found(
                    node,
                    "a part of this looks like an expression and is plain text, for it is not in `{{ … }}`",
                    "write {{ … }} around it",
                )


RULE = Rule(
    "not-an-expression",
    "warning",
    "A text looks like an expression and has no double braces, so it is taken as it is.",
    _check,
    fails=(
        requester("url: https://{ config['region'] }.example.com/orders # <-"),
        requester("request_parameters: {since: \"config['start_date']\"} # <-"),
    ),
    passes=(requester("request_parameters: {since: \"{{ config['start_date'] }}\"}"),),
)
