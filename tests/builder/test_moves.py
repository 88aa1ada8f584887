"""What an author does to a stream in one go, and that it touches nothing else."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from penstock_builder import moves
from penstock_builder.draft import Draft
from penstock_builder.editing.places import NoSuchPlaceError

MANIFEST = textwrap.dedent(
    """\
    # kept
    definitions:
      selector: &s
        extractor: { field_path: [data] }
      alone:
        extractor: { field_path: [data] }
    streams:
      - name: own
        retriever:
          record_selector:
            extractor: { type: DpathExtractor, field_path: [data] } # here
      - name: sharing
        retriever: { record_selector: { $ref: "#/definitions/selector" } }
      - name: sharing too
        retriever:
          record_selector: "#/definitions/selector"
      - name: alone
        retriever:
          record_selector: { $ref: "#/definitions/alone" }
      - $ref: "#/definitions/elsewhere"
    """
)


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return Draft.new(tmp_path, text=MANIFEST)


def lines_changed(draft: Draft) -> list[str]:
    before, after = MANIFEST.splitlines(), draft.text.splitlines()
    return [line.strip() for line in after if line not in before]


def test_a_record_path_is_written_where_the_stream_has_it(draft: Draft) -> None:
    moves.set_record_path(draft, "own", ["items"])

    assert lines_changed(draft) == ["extractor: { type: DpathExtractor, field_path: [items] } # here"]


@pytest.mark.parametrize("stream", ["sharing", "sharing too"])
def test_what_is_shared_is_overridden_beside_the_reference(draft: Draft, stream: str) -> None:
    """The other streams that refer to the definition keep its path."""
    at = moves.stream_pointer(draft, stream)

    moves.set_record_path(draft, stream, ["items"])

    selector = draft.value(f"{at}/retriever/record_selector")
    assert selector["$ref"] == "#/definitions/selector"
    assert selector["extractor"]["field_path"] == ["items"]
    assert draft.value("/definitions/selector/extractor/field_path") == ["data"]


def test_a_definition_of_one_stream_is_changed_where_it_stands(draft: Draft) -> None:
    moves.set_record_path(draft, "alone", ["items"])

    assert draft.value("/definitions/alone/extractor/field_path") == ["items"]
    assert draft.value("/streams/3/retriever/record_selector") == {"$ref": "#/definitions/alone"}


def test_another_extractor_makes_way(draft: Draft) -> None:
    draft.set(
        "/streams/0/retriever/record_selector/extractor",
        {"type": "CustomRecordExtractor", "class_name": "a.B"},
    )

    moves.set_record_path(draft, "own", [])

    assert draft.value("/streams/0/retriever/record_selector/extractor") == {
        "type": "DpathExtractor",
        "field_path": [],
    }


def test_a_move_is_one_undo(draft: Draft) -> None:
    moves.mask_field(draft, "own", "email", "redact")

    draft.undo()

    assert draft.text == MANIFEST


def test_fields_of_one_mask_stand_together(draft: Draft) -> None:
    for field in ("email", "phone"):
        moves.mask_field(draft, "own", field, "redact")
    moves.mask_field(draft, "own", "id", {"type": "Hmac", "key": "env:K", "domain": "person"})

    masks = draft.value("/streams/0/transformations")

    assert [mask["fields"] for mask in masks] == [["email", "phone"], ["id"]]


def test_a_field_has_one_mask(draft: Draft) -> None:
    """Another one takes the place of the first; none takes it away, and the list with the last of them."""
    moves.mask_field(draft, "own", "email", "redact")
    moves.mask_field(draft, "own", "email", "drop")
    assert draft.value("/streams/0/transformations") == [
        {"type": "MaskFields", "fields": ["email"], "mask": "drop"}
    ]

    moves.mask_field(draft, "own", "email", None)

    assert not draft.exists("/streams/0/transformations")


def test_several_fields_are_one_step(draft: Draft) -> None:
    """Of several streams, each with its own mask."""
    moves.mask_fields(
        draft, [("own", "email", "redact"), ("own", "id", "drop"), ("sharing", "email", "redact")]
    )

    assert [mask["fields"] for mask in draft.value("/streams/0/transformations")] == [["email"], ["id"]]
    assert draft.value("/streams/1/transformations/0/mask") == "redact"
    draft.undo()
    assert draft.text == MANIFEST


def test_keys_cursors_and_pages_are_set_and_taken_away(draft: Draft) -> None:
    for move, field, value in (
        (moves.set_paginator, "retriever/paginator", {"type": "NoPagination"}),
        (moves.set_cursor, "incremental_sync", {"type": "DatetimeBasedCursor", "cursor_field": "at"}),
    ):
        move(draft, "own", value)
        assert draft.value(f"/streams/0/{field}") == value

        move(draft, "own", None)
        assert not draft.exists(f"/streams/0/{field}")
    moves.set_primary_key(draft, "own", ["id"])
    assert draft.value("/streams/0/primary_key") == "id"
    moves.set_primary_key(draft, "own", ["a", "b"])
    assert draft.value("/streams/0/primary_key") == ["a", "b"]


def test_a_schema_goes_into_the_loader(draft: Draft) -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}}

    moves.set_schema(draft, "own", schema)

    assert draft.value("/streams/0/schema_loader") == {"type": "InlineSchemaLoader", "schema": schema}


def test_a_stream_that_is_not_there_is_told(draft: Draft) -> None:
    with pytest.raises(NoSuchPlaceError, match="no stream `nobody`"):
        moves.set_primary_key(draft, "nobody", ["id"])


GUESSED = textwrap.dedent(
    """\
    streams:
      - name: own
        # by hand
        # guessed, 60% sure: most records have it
        primary_key: id
        retriever:
          record_selector:
            # guessed, 20% sure: nothing is known of the answer; it may be a list
            extractor: { type: DpathExtractor, field_path: [] }
          # guessed, 70% sure: `page` is a number
          paginator: { type: NoPagination }
    """
)


def test_what_was_guessed_is_no_guess_once_it_was_set(tmp_path: Path) -> None:
    """The comment that says so goes; others stay, and so do those of other guesses."""
    draft = Draft.new(tmp_path, text=GUESSED)

    moves.set_record_path(draft, "own", ["data"])
    assert "nothing is known" not in draft.text
    assert "60% sure" in draft.text

    moves.set_primary_key(draft, "own", ["uuid"])
    moves.set_paginator(draft, "own", None)
    assert "sure" not in draft.text
    assert draft.text.splitlines()[2:4] == ["    # by hand", "    primary_key: uuid"]
