"""Copies chapters of one stream to another: what is written there, comments included; references stay references."""

from __future__ import annotations

from collections.abc import Collection

from penstock_builder.chapters import chapters
from penstock_builder.draft import Draft, DraftError
from penstock_builder.editing.document import Document
from penstock_builder.editing.island import island, with_island
from penstock_builder.editing.places import Parts, parts_of
from penstock_builder.own import given_here, written_at


def copy_settings(draft: Draft, source: str, target: str, titles: Collection[str]) -> None:
    """Give a stream chapters of another, by their pointers and titles; what the other has not is left as it is.

    One revision. Raises DraftError where a setting cannot stand in its new place.
    """
    slots = [
        slot
        for chapter in chapters(draft, source)
        for slot in chapter.slots
        if chapter.title in titles and (slot.kind != "retriever" or slot is chapter.slots[0])
    ]

    def edit(now: Document) -> Document:
        for slot in slots:
            now = _copied(now, parts_of(slot.pointer), parts_of(target + slot.pointer.removeprefix(source)))
        return now

    draft.change(edit, f"copy {', '.join(titles)}")


def _copied(now: Document, source: Parts, target: Parts) -> Document:
    place = written_at(now, source)
    if place is None:
        return now
    text, value = island(now, place), now.value(place)
    after = given_here(now, target, value)
    try:
        return with_island(after, target, text)
    except DraftError:  # an anchor may stand in one place only: then values are copied
        return after
