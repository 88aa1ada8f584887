"""Where in a stream the editor is, and by how many a part of it is shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from penstock.authoring import counted
from penstock_builder.cards import Card
from penstock_builder.chapters import part_at
from penstock_builder.draft import Draft
from penstock_builder.editing.places import child, parts_of
from penstock_ui.rail import go
from penstock_ui.screens import coded
from penstock_ui.session import Session


@dataclass(frozen=True, slots=True)
class Sharing:
    """Where a component is written that was reached by a reference, and how many places use it."""

    place: str
    users: int

    @property
    def told(self) -> str:
        """That in words."""
        where = f"Written in {coded(self.place.removeprefix('/'))}"
        return f"{where}, which {counted(self.users, 'place')} use." if self.users > 1 else f"{where}."


def sharing(draft: Draft, shown: Card) -> Sharing | None:
    """Whether what a card shows is written elsewhere; None where it is written at its own place."""
    if shown.place == shown.pointer:
        return None
    part = part_at(draft, shown.pointer)
    if part is None:
        return Sharing(shown.place, 1)
    users: Counter[tuple[int, int]] = draft.once("users of places", _users)
    return Sharing(shown.place, users[part.node.line, part.node.col])


def _users(draft: Draft) -> Counter[tuple[int, int]]:
    """How often each component of the text is used."""
    tree = draft.reading.tree
    return Counter((part.node.line, part.node.col) for part in tree.walk()) if tree is not None else Counter()


def act(session: Session, edit: Callable[[], object]) -> None:
    """Make an edit that a button stands for."""
    session.change(edit)


def open_card(pointer: str) -> None:
    """Open a card; the address says which."""
    go("stream", **({"card": pointer} if pointer else {}))


def trail(pointer: str, root: str) -> list[tuple[str, str]]:
    """The names from a root to what stands below it, each with its pointer; a number belongs to the name before it."""
    found: list[tuple[str, str]] = []
    at = root
    for part in parts_of(pointer.removeprefix(root)):
        at = child(at, part)
        if not part.isdecimal():
            found.append((part, at))
        elif found:
            found[-1] = (f"{found[-1][0]} {int(part) + 1}", at)
        else:
            found.append((str(int(part) + 1), at))
    return found
