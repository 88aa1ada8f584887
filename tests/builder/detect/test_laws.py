"""What holds for every detector, whatever an API answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from penstock.authoring import Json
from penstock_builder.detect.authentication import authentication
from penstock_builder.detect.cursor import cursor
from penstock_builder.detect.exchange import Exchange
from penstock_builder.detect.guess import Guess
from penstock_builder.detect.keys import primary_key
from penstock_builder.detect.pagination import pagination
from penstock_builder.detect.records import record_paths
from penstock_builder.detect.schema import schema, schema_changes

CANARY = "k4nar1e"
NAMES = st.sampled_from(
    [
        "id",
        "data",
        "items",
        "next",
        "next_cursor",
        "has_more",
        "links",
        "meta",
        "page",
        "offset",
        "total",
        "updated_at",
        "node",
        "edges",
        "errors",
        "after",
        "paging",
        "*",
    ]
) | st.text(max_size=3)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(
    [CANARY, f"https://x.example/{CANARY}?page={CANARY}", f"/{CANARY}", f"?a={CANARY}", f"http://[{CANARY}", "2024-01-01"]
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)
PATHS = st.lists(NAMES, max_size=3).map(tuple)
HEADERS = st.dictionaries(
    st.sampled_from(["Link", "X-Next-Page", "Authorization", "X-Api-Key", "WWW-Authenticate", "Content-Type"]),
    st.sampled_from([f"<{CANARY}>; rel=next", f"<http://[{CANARY}>; rel=next", CANARY, f"Bearer {CANARY}", f"{CANARY} x", f"Basic {CANARY}", ""]),
)  # fmt: skip
URLS = st.sampled_from(
    [
        "",
        "x",
        "http://[",
        f"https://x.example/a?page=1&key={CANARY}",
        f"https://x.example/a?page=2&after={CANARY}",
    ]
)
EXCHANGES = st.builds(
    Exchange,
    st.sampled_from(["GET", "POST"]),
    URLS,
    HEADERS,
    JSON,
    st.sampled_from([200, 401, 500]),
    HEADERS,
    JSON,
)


def hold(detect: Callable[[], list[Guess[Any]]]) -> None:
    """Confidence is within bounds, best first, twice the same, and no evidence has what a value holds."""
    guesses = detect()
    assert repr(guesses) == repr(detect())
    assert all(0 <= guess.confidence <= 1 for guess in guesses)
    assert [guess.confidence for guess in guesses] == sorted(
        (guess.confidence for guess in guesses), reverse=True
    )
    assert not any(CANARY in guess.evidence for guess in guesses)


@given(JSON)
def test_any_answer_may_hold_records(body: Json) -> None:
    """No answer is too odd."""
    hold(lambda: record_paths(body))


@given(st.lists(JSON, max_size=6))
def test_any_records_may_have_keys_and_cursors(records: Json) -> None:
    """Records of any shape, or none at all."""
    hold(lambda: cursor(records))
    hold(lambda: primary_key(records))
    changes = schema_changes(schema(records[:2]), schema(records))
    assert not any(CANARY in change.evidence for change in changes)
    json.dumps(schema(records))


@given(st.lists(EXCHANGES, max_size=3), PATHS)
def test_any_exchanges_may_tell_of_pages_and_keys(exchanges: Json, path: Json) -> None:
    """URLs and headers that cannot be read are no signs."""
    hold(lambda: pagination(exchanges, path))
    hold(lambda: authentication(exchanges))


def test_keys_that_are_data_are_only_counted() -> None:
    """An object keyed by e-mail is told by its number of keys."""
    people = {f"{CANARY}{n}@example.com": {"id": n} for n in range(30)}

    guesses: list[Guess[Any]] = [
        *record_paths({"people": people}),
        *record_paths(people),
        *cursor([people] * 2),
    ]

    assert guesses
    assert not any(CANARY in guess.evidence for guess in guesses)
