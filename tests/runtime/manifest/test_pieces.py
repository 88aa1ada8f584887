"""The pieces of a text: where each value stands, whatever it is written like."""

from __future__ import annotations

import pytest

from penstock.errors import ManifestError
from penstock.manifest.load import load_text
from penstock.manifest.pieces import read_pieces
from penstock.manifest.write import write_scalar

TEXT = """\
a: &x
  # above
  b: |  # why
    one

  'c': "two"   # behind
d: *x
e:
f: [1, {g: 2}]
h: &list # not - a dash
- 3
-
  # nor - here
  4
<<: *x
"""


def test_a_piece_is_the_text_of_a_value() -> None:
    """Without anchor, comments around, and the line end of a block."""
    top = read_pieces(TEXT)
    assert top is not None
    found = [(piece.kind, piece.anchor, TEXT[piece.start : piece.end]) for piece in top.walk()][1:]

    assert found == [
        ("mapping", "x", "b: |  # why\n    one\n\n  'c': \"two\""),
        ("scalar", "", "|  # why\n    one"),
        ("scalar", "", '"two"'),
        ("alias", "", "*x"),
        ("scalar", "", ""),
        ("list", "", "[1, {g: 2}]"),
        ("scalar", "", "1"),
        ("mapping", "", "{g: 2}"),
        ("scalar", "", "2"),
        ("list", "list", "- 3\n-\n  # nor - here\n  4"),
        ("scalar", "", "3"),
        ("scalar", "", "4"),
        ("alias", "", "*x"),
    ]
    assert [entry.name for entry in top.entries] == ["a", "d", "e", "f", "h", "<<"]
    assert [TEXT[entry.start :][:2] for entry in top.entries[4].value.entries] == ["- ", "-\n"]
    assert top.merges


@pytest.mark.parametrize(
    "text", ["a: [1", "a: 1\n---\nb: 2\n", "? [a]\n: 1\n", "a: \x00", "[" * 300 + "]" * 300]
)
def test_what_is_no_value_is_told(text: str) -> None:
    """As the reader of manifests does."""
    with pytest.raises(ManifestError):
        read_pieces(text)
    with pytest.raises(ManifestError):
        load_text(text)


def test_an_empty_text_has_no_pieces() -> None:
    """Comments are no value."""
    assert read_pieces("# only\n") is None


@pytest.mark.parametrize("in_flow", [False, True])
@pytest.mark.parametrize("quotes", ["", "'", '"'])
@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1.5, 1e20, float("inf"), "", "yes", "1e3", "0o7", "- a", "a: b", "#", "a #b", "[", "a,b", "it's", '"',
     "l1\nl2", "\u2028", "\x7f", "é", "😀", " a ", "<<", "=", "2020-01-01", "{{ a['b'] }}", "y"],
)  # fmt: skip
def test_a_scalar_is_written_on_one_line_and_reads_back(value: object, quotes: str, *, in_flow: bool) -> None:
    """In blocks and in braces, whatever quotes are wished for."""
    text = write_scalar(value, quotes, in_flow=in_flow)  # type: ignore[arg-type]  # parametrised

    read = load_text(f"[{text}]" if in_flow else f"a: {text}")

    found = read.value[0] if in_flow else read.value["a"]
    assert (found.value, type(found.value)) == (value, type(value))
    assert "\n" not in text
