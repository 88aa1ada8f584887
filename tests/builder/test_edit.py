from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_builder.edit import Edit, Lines, applied


@pytest.mark.parametrize(
    ("text", "edit", "expected"),
    [
        pytest.param("a: 1\nb: 2\n", Edit(2, 1, "b", "c"), "a: 1\nc: 2\n", id="a key"),
        pytest.param(
            "a: 1\r\nb: 2\r\n", Edit(2, 4, "2", "3"), "a: 1\r\nb: 3\r\n", id="carriage returns stay"
        ),
        pytest.param("ä: ö # ü\nb: 2", Edit(1, 4, "ö", "o"), "ä: o # ü\nb: 2", id="columns count characters"),
        pytest.param("a: 1\n", Edit(1, 1, "", "z: 0\n"), "z: 0\na: 1\n", id="an insertion"),
        pytest.param("a: 1\nb: 2\n", Edit(1, 1, "a: 1\n", ""), "b: 2\n", id="a whole line goes"),
        pytest.param("a: 1", Edit(1, 5, "", "2"), "a: 12", id="at the end"),
    ],
)
def test_an_edit_changes_what_it_names(text: str, edit: Edit, expected: str) -> None:
    """And no other byte."""
    assert applied(text, [[edit]]) == (expected, 1)


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(Edit(1, 1, "b", "c"), id="other text stands there"),
        pytest.param(Edit(9, 1, "a", "c"), id="past the end"),
    ],
)
def test_an_edit_whose_text_is_not_there_is_left_out(edit: Edit) -> None:
    """The text was changed since: nothing is guessed."""
    assert applied("a: 1\n", [[edit]]) == ("a: 1\n", 0)


def test_a_fix_is_made_whole_or_not_at_all() -> None:
    """Half of a fix would be a mistake of ours."""
    half = [Edit(1, 1, "a", "c"), Edit(2, 1, "x", "y")]

    assert applied("a: 1\nb: 2\n", [half]) == ("a: 1\nb: 2\n", 0)


def test_of_two_fixes_for_one_place_the_first_is_made() -> None:
    """The other may come in the next round."""
    assert applied("a: 1\n", [[Edit(1, 1, "a", "b")], [Edit(1, 1, "a", "c")]]) == ("b: 1\n", 1)


@given(st.text(alphabet="ab\n\r\x85\u2028é", max_size=40), st.data())
def test_a_place_and_its_offset_say_the_same(text: str, data: st.DataObject) -> None:
    """Whatever ends the lines."""
    lines = Lines(text)
    offset = data.draw(st.integers(0, len(text)))

    if text[max(offset - 1, 0) : offset + 1] != "\r\n":
        assert lines.offset(*lines.place(offset)) == offset
