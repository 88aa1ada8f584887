"""The public manifests: shown as cards and islands and put back unedited, each is the same file, byte for byte."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from penstock_builder.cards import card, write_field
from penstock_builder.components import component_pointers
from penstock_builder.draft import Draft, DraftError, SharedPlaceError
from penstock_builder.editing.change import with_key
from penstock_builder.editing.document import Document, outline, same
from penstock_builder.editing.places import Parts, parts_of

ROOT = Path(__file__).parents[2]
COMPAT = Path(os.environ.get("PENSTOCK_COMPAT") or ROOT.parent / "shared/compat")
PACKS = sorted((COMPAT / "packs").glob("*.json.gz"))

pytestmark = pytest.mark.skipif(not PACKS, reason="the public manifests are not on this machine")


def text_of(pack: Path) -> str:
    manifest: str = json.loads(gzip.decompress(pack.read_bytes()))["build"]["manifest"]
    return manifest


def draft_of(pack: Path, folder: Path) -> Draft:
    return Draft.new(folder, text=text_of(pack))


EDITED = sorted(PACKS, key=lambda pack: pack.stat().st_size)[:200:10]
"""Manifests that edits are tried on, the largest left out: an edit reads the whole text again."""

NAMED = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name.removesuffix(".json.gz"))

CHANGED = pytest.mark.parametrize("pack", EDITED, ids=lambda pack: pack.name.removesuffix(".json.gz"))


def _renaming(parts: Parts) -> Callable[[Document], Document]:
    return lambda now: with_key(now, parts, "renamed")


@NAMED
def test_cards_flipped_to_yaml_and_back_change_no_byte(pack: Path, tmp_path: Path) -> None:
    """Each component as form, as YAML, and as form again; each field written with the value that it shows."""
    draft = draft_of(pack, tmp_path)
    before = draft.path.read_bytes()
    cards = [card(draft, pointer) for pointer in component_pointers(draft)]

    for shown in cards:
        for field in shown.fields:
            write_field(draft, shown, field.name, field.value)
        draft.set_yaml(shown.pointer, draft.yaml(shown.pointer))

    assert cards
    assert (draft.path.read_bytes(), draft.revision) == (before, 1)


@CHANGED
def test_an_edited_island_changes_only_its_component(pack: Path, tmp_path: Path) -> None:
    """A comment put above a component and taken out again: same values with it, same bytes without."""
    draft = draft_of(pack, tmp_path)
    text, values = draft.text, draft.value()
    cards = [card(draft, pointer) for pointer in component_pointers(draft)]

    for shown in cards[1 :: max(1, len(cards) // 4)]:
        island = draft.yaml(shown.pointer)
        try:
            draft.set_yaml(shown.pointer, "# edited\n" + island)
        except DraftError:
            assert draft.document.known_spot(tuple(shown.pointer.split("/")[1:])).in_flow
            continue
        assert same(draft.value(), values)
        draft.set_yaml(shown.pointer, draft.yaml(shown.pointer).removeprefix("# edited\n"))
        assert same(draft.value(), values)
        if draft.document.known_spot(tuple(shown.pointer.split("/")[1:])).piece.is_block:
            assert draft.text == text
        else:
            draft.restore(1)


@CHANGED
def test_a_key_added_and_removed_leaves_no_trace(pack: Path, tmp_path: Path) -> None:
    """In a few components of each manifest; so does a key that is renamed there and back."""
    draft = draft_of(pack, tmp_path)
    text, said = draft.text, outline(draft.document.pieces)
    cards = [card(draft, pointer) for pointer in component_pointers(draft)]

    for shown in cards[:: max(1, len(cards) // 3)]:
        place = f"{shown.pointer}/added"
        try:
            draft.set(place, {"note": ["l1\nl2", 1]})
        except SharedPlaceError:
            continue
        except DraftError:
            assert shown.link  # a reference that is a text has no keys
            continue
        draft.change(_renaming(parts_of(place)), "rename")
        draft.remove(f"{shown.pointer}/renamed")

        assert draft.text == text
    assert outline(draft.document.pieces) == said
