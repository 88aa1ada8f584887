"""From a line to the stream and the component that are written there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from penstock.authoring import Span
from penstock_builder.draft import Draft
from penstock_builder.whereabouts import Whereabouts, stream_at, whereabouts

DEMO = Path(__file__).parents[2] / "ui/penstock_ui/demo/manifest.yaml"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("start_from_page", Whereabouts("customers", "/streams/0/retriever/paginator/pagination_strategy")),
        ("cursor_field", Whereabouts("orders", "/streams/1/incremental_sync")),
        ("api_token", Whereabouts("", "/definitions/requester/authenticator")),
    ],
)
def test_a_place_belongs_to_the_innermost_component(tmp_path: Path, text: str, found: Whereabouts) -> None:
    """And to the stream that is written around it."""
    shutil.copy(DEMO, tmp_path / "manifest.yaml")
    draft = Draft.open(tmp_path / "manifest.yaml")
    line, col = draft.document.lines.place(draft.text.index(text))

    assert whereabouts(draft, Span("manifest.yaml", line, col)) == found


def test_a_place_of_a_text_that_does_not_read_belongs_to_nothing(tmp_path: Path) -> None:
    """As does one past the end."""
    draft = Draft.new(tmp_path)
    nowhere = Span("manifest.yaml", 9_999, 1)

    past_the_end = whereabouts(draft, nowhere)
    draft.replace_text("streams: [")

    assert past_the_end == Whereabouts("", "")
    assert stream_at(draft, Span("manifest.yaml", 1, 1)) == ""


def test_undo_and_redo_know_what_they_would_do(tmp_path: Path) -> None:
    """However often one went back and forth."""
    draft = Draft.new(tmp_path)
    draft.set("/description", "a", "first")
    draft.set("/description", "b", "second")

    steps = [(draft.undo_note, draft.redo_note)]
    for step in (draft.undo, draft.undo, draft.redo, draft.redo, draft.undo):
        step()
        steps.append((draft.undo_note, draft.redo_note))

    assert steps == [
        ("second", ""), ("first", "second"), ("", "first"), ("first", "second"), ("second", ""), ("first", "second"),
    ]  # fmt: skip
