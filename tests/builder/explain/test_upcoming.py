from __future__ import annotations

from typing import Any

import pytest

from penstock.authoring import Planned, Preview, read_text
from penstock_builder.explain.upcoming import as_text, hidden_values
from penstock_builder.lint.examples import requester

Json = Any

FIRST = Planned("POST", "https://api.example.com/a", {"Accept": "text"}, "{}", {"region": "eu"}, ("orders",))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(
            Preview((FIRST,), 1_200, ("a note",)),
            "  POST https://api.example.com/a\n      for each record of orders\n      slice: region=eu\n"
            "      Accept: text\n      body: {}\n  … and 1,200 more slices\n  note: a note\n",
            id="all there may be",
        ),
        pytest.param(Preview((), 0, ()), "  nothing: the saved state is at the end\n", id="nothing left"),
    ],
)
def test_requests_are_told_in_lines(found: Preview, expected: str) -> None:
    """Under a line that says that nothing was sent."""
    head, _, rest = as_text("orders", found).partition("\n")

    assert "nothing was sent" in head
    assert rest == expected


@pytest.mark.parametrize(
    ("config", "hidden"),
    [
        pytest.param(
            {"api_key": "read by the authenticator"}, ["read by the authenticator"], id="what proves who asks"
        ),
        pytest.param(
            {"db": {"password": "p4ssword", "user": "ada-l"}}, ["p4ssword"], id="what sounds so, anywhere"
        ),
        pytest.param({"tokens": ["a-token"]}, [], id="what does not"),
        pytest.param({"secret": {"of": ["abcd", 12345, True]}}, ["abcd", "12345"], id="all below it"),
        pytest.param({"password": "x"}, [], id="not what would hide ordinary words"),
    ],
)
def test_values_are_hidden_whether_or_not_they_are_marked(config: Json, hidden: list[str]) -> None:
    """The spec may forget a mark."""
    example = requester("authenticator: {type: BearerAuthenticator, api_token: \"{{ config['api_key'] }}\"}")
    tree = read_text(example.text).tree
    assert tree is not None

    assert sorted(set(hidden_values(tree, config))) == sorted(hidden)
