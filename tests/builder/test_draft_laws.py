"""What holds of every edit of every document, in several styles, with comments all over."""

from __future__ import annotations

import copy
import random
import re
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from penstock_builder.editing.change import with_item, with_moved, with_value, without_value
from penstock_builder.editing.document import Document, same
from penstock_builder.editing.island import island, with_island
from penstock_builder.editing.places import DraftError

Json = Any
Parts = tuple[str, ...]

texts = st.text(st.sampled_from("ab #:-'\"{}[],&*!|>%@`\n\té\\~0"), max_size=8) | st.sampled_from(
    [
        "yes",
        "null",
        "1",
        "1e3",
        "2020-01-01",
        "<<",
        "{{ config['a'] }}",
        "l1\nl2\n",
        "l1\n  l2",
        "=",
        "- a",
        "#",
        "",
    ]
)
keys = st.sampled_from(["a", "b", "c d", "1", "yes", "k:", "é", "#", "$ref", "-"])
scalars = texts | st.integers(-9, 99) | st.booleans() | st.none() | st.sampled_from([1.5, 1e20])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
documents = st.dictionaries(keys, values, min_size=1, max_size=4) | st.lists(values, min_size=1, max_size=4)


class _Indented(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, Json, list[str]]:
    """A text, its value, and the comments that were put into it."""
    value = draw(documents)
    text = yaml.dump(
        value,
        Dumper=draw(st.sampled_from([yaml.SafeDumper, _Indented])),
        default_flow_style=draw(st.sampled_from([False, None, True])),
        indent=draw(st.sampled_from([2, 4])),
        width=draw(st.sampled_from([20, 1000])),
        allow_unicode=True,
        sort_keys=False,
    )
    assume(same(yaml.safe_load(text), value))  # PyYAML folds some long texts wrongly
    randomly = random.Random(draw(st.integers(0, 99)))
    text, comments = sprinkled(text, value, randomly)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return (text.rstrip("\r\n") if draw(st.booleans()) else text), value, comments


def sprinkled(text: str, value: Json, randomly: random.Random) -> tuple[str, list[str]]:
    """Comments after values and on lines of their own, wherever one is only a comment."""
    comments: list[str] = []
    lines = text.split("\n")[:-1]
    for index in reversed(range(len(lines))):
        if randomly.random() < 0.5:
            continue
        note = f"# note{index}."
        column = len(lines[index]) - len(lines[index].lstrip())
        on_line, above = [*lines], [*lines]
        on_line[index] += f" {note}"
        above.insert(index, " " * column + note)
        for tried in (on_line, above) if randomly.random() < 0.5 else (above, on_line):
            if same(loaded("\n".join(tried) + "\n"), value):
                lines = tried
                comments.append(note)
                break
    return "\n".join(lines) + "\n", comments


def loaded(text: str) -> Json:
    try:
        return Document(text).value(())
    except DraftError:
        return object()


def places(value: Json, parts: Parts = ()) -> list[Parts]:
    found = [parts] if parts else []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inside:
        found += places(child, (*parts, str(key)))
    return found


def changed(value: Json, parts: Parts, new: Json) -> Json:
    value = copy.deepcopy(value)
    at = value
    for part in parts[:-1]:
        at = at[part] if isinstance(at, dict) else at[int(part)]
    if isinstance(at, dict):
        at[parts[-1]] = new
    else:
        at[int(parts[-1])] = new
    return value


def outside(text: str, comments: list[str], inside: str) -> set[str]:
    return {note for note in comments if note in text and note not in inside}


readable = given(written(), st.data())


@readable
@settings(max_examples=300, deadline=None)
def test_a_value_that_is_set_is_there_and_all_else_stays(
    made: tuple[str, Json, list[str]], data: st.DataObject
) -> None:
    """Other values, and every comment outside of the place."""
    text, value, comments = made
    document = Document(text)
    assert same(document.value(()), value)
    parts = data.draw(st.sampled_from(places(value)))
    new = data.draw(values)

    after = with_value(document, parts, new)

    assert same(after.value(()), changed(value, parts, new))
    spot = document.known_spot(parts)
    inside = text[spot.piece.start : spot.piece.end] + island(document, parts)
    assert all(note in after.text for note in outside(text, comments, inside))


@readable
@settings(max_examples=200, deadline=None)
def test_a_scalar_set_and_set_back_leaves_the_rest_as_it_was(
    made: tuple[str, Json, list[str]], data: st.DataObject
) -> None:
    """What stands before and behind keeps every byte."""
    text, value, _ = made
    document = Document(text)
    plain = [p for p in places(value) if not isinstance(document.value(p), dict | list)]
    plain = [p for p in plain if "\n" not in str(document.value(p))]
    if not plain:
        return
    parts = data.draw(st.sampled_from(plain))
    spot = document.known_spot(parts)

    there = with_value(document, parts, "other")
    back = with_value(there, parts, document.value(parts))

    assert same(back.value(()), value)
    header = text[spot.piece.start : spot.piece.end].partition("\n")[0]
    if "#" not in header and spot.piece.style not in ("|", ">"):
        assert back.text.startswith(text[: spot.piece.start].rstrip(" "))
        assert back.text.endswith(text[spot.piece.end :])


@readable
@settings(max_examples=300, deadline=None)
def test_what_is_added_and_removed_leaves_no_trace(
    made: tuple[str, Json, list[str]], data: st.DataObject
) -> None:
    """In blocks, in braces, with comments around."""
    text, value, _ = made
    document = Document(text)
    holders = [
        p for p in [(), *places(value)] if isinstance(document.value(p), dict | list) and document.value(p)
    ]
    parts = data.draw(st.sampled_from(holders))
    new = data.draw(values)
    size = len(document.value(parts))

    if isinstance(document.value(parts), dict):
        added = with_value(document, (*parts, "added"), new)
        back = without_value(added, (*parts, "added"))
    else:
        index = data.draw(st.integers(0, size))
        added = with_item(document, parts, new, index)
        assert same(added.value((*parts, str(index))), new)
        back = without_value(added, (*parts, str(index)))

    assert back.text == text


@readable
@settings(max_examples=200, deadline=None)
def test_an_island_goes_back_whole(made: tuple[str, Json, list[str]], data: st.DataObject) -> None:
    """Unedited byte for byte; edited and edited back, with the same values."""
    text, value, _ = made
    document = Document(text)
    parts = data.draw(st.sampled_from(places(value)))
    cut = island(document, parts)

    assert with_island(document, parts, cut).text == text
    if document.known_spot(parts).piece.is_block:
        edited = with_island(document, parts, "# edited\n" + cut)
        assert same(edited.value(()), value)
        assert "# edited" in edited.text


@readable
@settings(max_examples=150, deadline=None)
def test_a_moved_item_moves_back(made: tuple[str, Json, list[str]], data: st.DataObject) -> None:
    """With the comments that are its own."""
    text, value, comments = made
    document = Document(text)
    lists = [
        p for p in [(), *places(value)] if isinstance(document.value(p), list) and len(document.value(p)) > 1
    ]
    if not lists:
        return
    parts = data.draw(st.sampled_from(lists))
    items = document.value(parts)
    source, target = (data.draw(st.integers(0, len(items) - 1)) for _ in range(2))

    moved = with_moved(document, parts, source, target)

    expected = [*items]
    expected.insert(target, expected.pop(source))
    assert same(moved.value(parts), expected)
    assert all(re.search(re.escape(note), moved.text) for note in comments)


@pytest.mark.parametrize("text", ["a: 1\nb: 2\n", "- 1\n- 2\n", "{a: 1}", "# c\n"])
def test_a_document_is_never_changed(text: str) -> None:
    """Edits give another."""
    document = Document(text)

    with_value(document, ("0",), 5)

    assert document.text == text
