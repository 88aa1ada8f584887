"""Draws the chapters of a stream, one of them open, and the card of any component as a form or as YAML."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from penstock.authoring import Diagnostic
from penstock_builder.cards import Card, card, place_of
from penstock_builder.chapters import Chapter, Slot, chapter_of, chapters, lifted, told
from penstock_builder.draft import Draft, NoSuchPlaceError
from penstock_builder.editing.places import child
from penstock_builder.forms import one_line
from penstock_builder.own import copy_here
from penstock_ui.addressed import choice
from penstock_ui.editor.components import draw_components, draw_picker
from penstock_ui.editor.fields import draw_problems, draw_rows
from penstock_ui.editor.islands import draw_island, draw_value, take_back, unfinished
from penstock_ui.editor.places import Sharing, act, open_card, sharing, trail
from penstock_ui.editor.rows import Form, Row, form, region
from penstock_ui.screens import literal
from penstock_ui.session import Session

_FEW = 3
"""So many settings are shown rather than left out."""


def draw_chapters(session: Session, stream: str, asked: str) -> None:
    """The chapters of a stream; the one that the address asks for is open."""
    found = chapters(session.opened, stream)
    at_home = _at_home(session.opened, found, asked)
    place = chapter_of(found, at_home) if at_home else None
    problems = _problems(session, found)
    with st.container(gap="xsmall", key="chapters"):
        for chapter in found:
            is_open = place is not None and chapter is place[0]
            with st.container(
                border=is_open, gap="small" if is_open else None, key=f"chapter-{_slug(chapter)}"
            ):
                end = _head(session, chapter, found, problems.get(chapter.title, []), is_open=is_open)
                if is_open and place is not None:
                    _open(session, found, place, at_home, end)


def draw_elsewhere(session: Session, pointer: str) -> None:
    """A component that no chapter of the stream holds: a definition, or a dynamic stream."""
    root = "/" + "/".join(pointer.split("/")[1:3])
    with st.container(border=True, key="card-elsewhere"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _trail(session, [(root.removeprefix("/"), root), *trail(pointer, root)], pointer)
            st.button(
                "Close",
                key="card-close",
                icon=":material/close:",
                type="tertiary",
                on_click=open_card,
                args=("",),
            )
            switcher = st.container(width="content")
        _describe(session, pointer)
        draw_card(session, pointer, frozenset(), switcher)


def draw_card(session: Session, pointer: str, without: frozenset[str], place: DeltaGenerator) -> None:
    """A component as a form or as YAML, between which one switches at a place of the page."""
    draft = session.opened
    shown = card(draft, pointer)
    shared = sharing(draft, shown)
    locked = shared is not None and shared.users > 1
    with place:
        as_yaml = _switcher(session, shown)
    if shared is not None:
        _shared(session, shown, shared)
    waiting = unfinished(session, shown.place)
    if as_yaml:
        draw_island(session, shown.place, shown.title, locked=locked)
        return
    if waiting is not None:
        _waiting(session, shown)
    if shown.spec is None:
        st.info("No component is known here: it is shown as YAML.")
        return
    _form(session, shown, without, locked=locked)


def _form(session: Session, shown: Card, without: frozenset[str], *, locked: bool) -> None:
    drawn = form(session.opened, shown, _diagnostics(session), without)
    draw_problems(drawn.problems)
    rows = _chosen(session, shown, drawn)
    draw_rows(session, shown, rows, locked=locked, among=drawn.rows)
    for name in shown.unknown:
        is_own = shown.spec is not None and shown.spec.takes_more
        help_ = "A field of its own." if is_own else f"{shown.type_name} has no field of this name."
        draw_value(
            session, child(shown.place, name), name if is_own else f"{name} (not known)", help_, locked=locked
        )
    if left := len(drawn.rows) - len(rows):
        _more(session, shown, drawn, left)


def _chosen(session: Session, shown: Card, drawn: Form) -> Sequence[Row]:
    """The rows that are shown: those that matter and those that were shown before, until all are asked for."""
    kept: dict[str, set[str]] = session.kept.setdefault("rows", {})
    before = kept.setdefault(shown.pointer, set())
    before |= {row.field.name for row in drawn.rows if row.matters}
    rows = [row for row in drawn.rows if row.field.name in before]
    return rows if len(drawn.rows) - len(rows) > _FEW else drawn.rows


def _more(session: Session, shown: Card, drawn: Form, left: int) -> None:
    names = {row.field.name for row in drawn.rows}
    st.button(
        f"Show {left} more settings", key=session.key(f"more:{shown.pointer}"), icon=":material/expand_more:",
        type="tertiary", on_click=lambda: session.kept["rows"][shown.pointer].update(names),
    )  # fmt: skip


def _head(
    session: Session,
    chapter: Chapter,
    found: tuple[Chapter, ...],
    problems: Sequence[Diagnostic],
    *,
    is_open: bool,
) -> DeltaGenerator:
    """The line of a chapter: its name, what it says, and how many problems it has; gives the place at its end."""
    line = told(session.opened, chapter.pointer, lifted(found, chapter.pointer))
    label = f"**{chapter.title}**&ensp;:gray[{literal(line) or 'none'}]"
    if problems:
        colour = "red" if any(one.severity == "error" for one in problems) else "orange"
        label += f" :{colour}-badge[{len(problems)}]"
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
        st.button(
            label,
            key=f"open-{_slug(chapter)}",
            type="tertiary",
            icon=":material/expand_more:" if is_open else ":material/chevron_right:",
            width="stretch",
            on_click=open_card,
            args=("" if is_open else chapter.pointer,),
        )
        return st.container(width="content")


def _open(
    session: Session, found: tuple[Chapter, ...], place: tuple[Chapter, Slot], asked: str, end: DeltaGenerator
) -> None:
    chapter, slot = place
    if asked == slot.pointer and slot is chapter.slots[0]:
        _slot(session, slot, lifted(found, slot.pointer), end)
        _others(session, chapter.slots[1:])
        return
    names = [(chapter.title, chapter.pointer)]
    if slot is not chapter.slots[0]:
        names.append((slot.name, slot.pointer))
    _trail(session, [*names, *trail(asked, slot.pointer)], asked)
    _describe(session, asked)
    draw_card(session, asked, lifted(found, asked), end)


def _describe(session: Session, pointer: str) -> None:
    spec = card(session.opened, pointer).spec
    with st.container():
        if spec is not None:
            st.caption(f"{spec.type_name}: {one_line(spec.help)}")


def _slot(session: Session, slot: Slot, without: frozenset[str], end: DeltaGenerator) -> None:
    """What a chapter is about: which component, and its card; a list of them as a list."""
    holder, row, locked = _row(session, slot)
    if row is None:
        return
    if row.kind == "components":
        draw_components(session, holder, row, locked=locked)
        draw_problems(row.problems)
        return
    draw_picker(session, holder, row, locked=False)
    if isinstance(row.field.value, dict) or row.field.link:
        draw_card(session, slot.pointer, without, end)
    else:
        draw_problems(row.problems)


def _others(session: Session, slots: Sequence[Slot]) -> None:
    """The other components of a chapter, each in a line."""
    for slot in slots:
        holder, row, locked = _row(session, slot)
        if row is not None:
            draw_rows(session, holder, [row], locked=locked)


def _row(session: Session, slot: Slot) -> tuple[Card, Row | None, bool]:
    """The card of who has a slot, the slot's row, and whether others share it."""
    draft = session.opened
    holder = card(draft, slot.holder)
    shared = sharing(draft, holder)
    others = frozenset(field.name for field in holder.fields if field.name != slot.name)
    rows = form(draft, holder, _diagnostics(session), others).rows
    return holder, next(iter(rows), None), shared is not None and shared.users > 1


def _switcher(session: Session, shown: Card) -> bool:
    """Form or YAML: tells whether YAML is asked for. What is no component has no form."""
    ways = {"yaml": "YAML"} if shown.spec is None else {"form": "Form", "yaml": "YAML"}
    return choice("as", ways, session.key(f"as:{shown.pointer}"), "Show as") == "yaml"


def _shared(session: Session, shown: Card, shared: Sharing) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f":material/link: {shared.told}", width="stretch")
        st.button(
            "Edit there", key=session.key(f"there:{shown.pointer}"), type="tertiary", on_click=open_card,
            args=(shared.place,), help="For all that use it.",
        )  # fmt: skip
        st.button(
            "Copy here", key=session.key(f"copy:{shown.pointer}"), type="tertiary", help="For this stream alone.",
            on_click=act, args=(session, lambda: copy_here(session.opened, shown.pointer)),
        )  # fmt: skip


def _waiting(session: Session, shown: Card) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            ":red[:material/error: The YAML of this card is not finished.] :gray[The form shows what it said before.]",
            width="stretch",
        )
        st.button(
            "Take back",
            key=session.key(f"back:{shown.place}"),
            on_click=take_back,
            args=(session, shown.place),
        )


def _trail(session: Session, names: list[tuple[str, str]], here: str) -> None:
    """Where in the stream this is; each name leads back there."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", key="trail"):
        for number, (name, pointer) in enumerate(names):
            if number:
                st.markdown(":small[:gray[▸]]", width="content")
            if pointer == here:
                st.markdown(f":small[**{literal(name)}**]", width="content")
            else:
                st.button(
                    literal(name), key=f"trail-{number}", type="tertiary", on_click=open_card, args=(pointer,)
                )


def _at_home(draft: Draft, found: tuple[Chapter, ...], asked: str) -> str:
    """The asked place as this stream reaches it: what is written in a definition of its own is asked for by that."""
    if not asked or chapter_of(found, asked) is not None:
        return asked
    for chapter in found:
        for slot in chapter.slots:
            try:
                place = place_of(draft, slot.pointer)
            except NoSuchPlaceError:
                continue
            if asked == place or asked.startswith(place + "/"):
                return slot.pointer + asked.removeprefix(place)
    return asked


def _problems(session: Session, found: tuple[Chapter, ...]) -> dict[str, list[Diagnostic]]:
    """The errors and warnings of each chapter: of those that hold a place the innermost has its problems."""
    draft = session.opened
    lines = draft.document.lines
    regions = []
    for chapter in found:
        for slot in chapter.slots:
            region = _region_of(draft, slot)
            if region is not None:
                regions.append((region[1] - region[0], region, chapter.title))
    regions.sort()
    held: dict[str, list[Diagnostic]] = {}
    for diagnostic in _diagnostics(session):
        if diagnostic.severity == "note" or not regions:
            continue
        offset = lines.offset(diagnostic.span.line, diagnostic.span.col)
        title = next((title for _, (start, end), title in regions if start <= offset < end), None)
        if title is not None:
            held.setdefault(title, []).append(diagnostic)
    return held


def _region_of(draft: Draft, slot: Slot) -> tuple[int, int] | None:
    try:
        return region(draft, place_of(draft, slot.pointer))
    except NoSuchPlaceError:
        return None


def _diagnostics(session: Session) -> list[Diagnostic]:
    return [finding.diagnostic for finding in session.findings]


def _slug(chapter: Chapter) -> str:
    return chapter.title.lower().replace(" ", "-")
