from __future__ import annotations

import pytest

from penstock.hints import did_you_mean, listed, nearest


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        pytest.param("cursor_valu", "did you mean `cursor_value`?", id="a letter missing"),
        pytest.param("stop_conditions", "did you mean `stop_condition`?", id="a letter too many"),
        pytest.param("cursorValue", "did you mean `cursor_value`?", id="another way to write words"),
        pytest.param("GET", "did you mean `get`?", id="other letters"),
        pytest.param("banana", "", id="nothing near"),
    ],
)
def test_a_hint_names_the_nearest_word(word: str, hint: str) -> None:
    """Or is empty where none is near."""
    assert did_you_mean(word, ["cursor_value", "stop_condition", "get"]) == hint


def test_a_hint_may_go_without_ticks() -> None:
    """On a command line there are none."""
    assert did_you_mean("orderz", ["orders"], ticks="") == "did you mean orders?"


def test_the_nearest_word_is_one_in_the_same_letters() -> None:
    """Keys that a reference names differ by their capitals; empty text where none is near."""
    assert nearest("orderz", ["customers", "orders"]) == "orders"
    assert nearest("ORDERS", ["customers", "orders"]) == ""


def test_names_are_listed_in_ticks() -> None:
    """In the order in which they come."""
    assert listed(["b", "a"]) == "`b`, `a`"
    assert listed([]) == ""
