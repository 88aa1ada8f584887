"""Draws the fields that hold components: which one, in a line what it says, and the way into it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import streamlit as st

from penstock.authoring import find_component
from penstock_builder.cards import Card, change_type, write_field
from penstock_builder.chapters import in_words, part_at, told
from penstock_builder.components import site_at
from penstock_builder.editing.places import child, parts_of
from penstock_builder.forms import FieldForm
from penstock_builder.own import copy_here, set_here
from penstock_ui.editor.places import act, open_card
from penstock_ui.editor.rows import Row, read_text, text_of
from penstock_ui.screens import coded, literal
from penstock_ui.session import Session

Json = Any
_NONE, _TEXT = "none", "a text"


def draw_component(session: Session, holder: Card, row: Row, *, locked: bool) -> None:
    """A slot: its type, what is in it, and a way in."""
    field, pointer = row.field, child(holder.pointer, row.field.name)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        draw_picker(session, holder, row, locked=locked)
        if isinstance(field.value, dict) or field.link:
            st.button(
                "Open", key=session.key(f"open:{pointer}"), icon=":material/chevron_right:", on_click=open_card,
                args=(pointer,), help=f"Open {literal(field.name)}",
            )  # fmt: skip
    if isinstance(field.value, dict) or field.link:
        line = told(session.opened, pointer)
        st.caption(
            f"{coded(field.link.removeprefix('/'))} · {literal(line)}" if field.link else literal(line)
        )


def draw_picker(session: Session, holder: Card, row: Row, *, locked: bool) -> None:
    """Which component stands in a slot; where a text may stand instead, that too."""
    field = row.field
    key = session.key(f"type:{child(holder.pointer, field.name)}")
    chosen = type_in(session, holder, field)
    takes_text = bool({"string", "array"} & field.takes) and "string" in field.takes
    options = [option.value for option in field.choices]
    options += [_TEXT] if takes_text else []
    options = options if field.required and chosen != _NONE else [_NONE, *options]
    options += [chosen] if chosen not in options else []
    helps = {option.value: option.help for option in field.choices}

    def choose() -> None:
        new = st.session_state[key]
        if new == chosen:
            return  # also called where a run was cut short before it came here
        if new == _TEXT:
            session.kept["as text"] = field.pointer
            session.refresh()
        else:
            session.change(lambda: _put(session, holder, field, new, chosen))

    st.selectbox(
        literal(row.label),
        options,
        index=options.index(chosen),
        format_func=lambda name: (
            name if name in (_NONE, _TEXT) else f"{name}: {helps.get(name, '')}".rstrip(": ")
        ),
        key=key,
        help=row.help,
        disabled=locked,
        on_change=choose,
    )
    if chosen == _TEXT:
        _text(session, holder, row, locked=locked)


def type_in(session: Session, holder: Card, field: FieldForm) -> str:
    """The type of what stands in a slot: that of what a reference leads to, or the implied one, where none is written."""
    if isinstance(field.value, dict) or field.link:
        written = field.value.get("type") if isinstance(field.value, dict) else None
        site = site_at(session.opened, child(holder.pointer, field.name))
        return str(written or (site.spec.type_name if site.spec else "unknown"))
    if isinstance(field.value, str) and field.value in [option.value for option in field.choices]:
        return field.value
    is_text = session.kept.get("as text") == field.pointer
    return _TEXT if is_text or (field.is_set and field.value is not None) else _NONE


def draw_components(session: Session, holder: Card, row: Row, *, locked: bool) -> None:
    """A list of components, or a mapping of them: each in a line, to be opened, moved and removed."""
    field, pointer = row.field, child(holder.pointer, row.field.name)
    st.markdown(f":small[{literal(row.label)}]", help=row.help)
    names = (
        list(field.value)
        if isinstance(field.value, dict)
        else [str(n) for n in range(len(field.value or ()))]
    )
    for name in names:
        _item(session, field, child(pointer, name), (name, len(names)), locked=locked)
    if not locked:
        _add(session, holder, field)


def _item(session: Session, field: FieldForm, pointer: str, place: tuple[str, int], *, locked: bool) -> None:
    name, count = place
    written = child(field.pointer, name)
    is_list = not isinstance(field.value, dict)
    value = field.value[int(name)] if is_list else field.value[name]
    draft = session.opened
    part = part_at(draft, pointer)
    head = (
        part.type_name
        if part is not None
        else str(value.get("type", ""))
        if isinstance(value, dict)
        else str(value)
    )
    title = f"{int(name) + 1}. {in_words(head) if head.isalnum() else head}" if is_list else f"{name}: {head}"
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key=f"row{session.key(pointer)}"
    ):
        st.button(
            f"**{literal(title)}** :gray[{literal(told(draft, pointer, titled=False))}]", key=session.key(f"open:{pointer}"),
            type="tertiary", icon=":material/chevron_right:", width="stretch", on_click=open_card, args=(pointer,),
        )  # fmt: skip
        for step, icon, word in (
            ((-1, "arrow_upward", "up"), (1, "arrow_downward", "down")) if is_list else ()
        ):
            st.button(
                "", key=session.key(f"{word}:{pointer}"), icon=f":material/{icon}:", type="tertiary",
                disabled=locked or not 0 <= int(name) + step < count, help=f"Move {word}",
                on_click=act, args=(session, partial(draft.move, field.pointer, int(name), int(name) + step)),
            )  # fmt: skip
        st.button(
            "", key=session.key(f"remove:{pointer}"), icon=":material/close:", type="tertiary", disabled=locked,
            help="Remove", on_click=act, args=(session, lambda: draft.remove(written)),
        )  # fmt: skip


def _add(session: Session, holder: Card, field: FieldForm) -> None:
    key = session.key(f"add:{child(holder.pointer, field.name)}")
    keyed = field.value if isinstance(field.value, dict) else None

    def add() -> None:
        new = st.session_state[key]
        if not new:
            return
        made: Json = [{"type": new}]
        if keyed is not None:
            made = {**keyed, _free(new.lower(), keyed): {"type": new}}
        elif isinstance(field.value, list):
            made = [*field.value, *made]
        session.change(lambda: write_field(session.opened, holder, field.name, made))

    helps = {option.value: option.help for option in field.choices}
    st.selectbox(
        f"Add to {literal(field.name)}",
        [option.value for option in field.choices],
        index=None,
        format_func=lambda name: f"{name}: {helps[name]}",
        placeholder="Add …",
        key=key,
        label_visibility="collapsed",
        on_change=add,
    )


def _free(name: str, taken: Iterable[str]) -> str:
    known = set(taken)
    number = next(n for n in range(1, len(known) + 2) if (name if n == 1 else f"{name}_{n}") not in known)
    return name if number == 1 else f"{name}_{number}"


def _text(session: Session, holder: Card, row: Row, *, locked: bool) -> None:
    field = row.field
    key = session.key(f"{field.pointer}:template")
    before = field.value if not isinstance(field.value, dict | list) else None

    def write() -> None:
        value = read_text(st.session_state[key] or "", before, field.takes)
        session.change(lambda: write_field(session.opened, holder, field.name, value), from_form=True)

    st.text_input(
        f"{literal(field.name)} as a text", text_of(before), key=key, disabled=locked, on_change=write,
        help=row.help,
    )  # fmt: skip


def _put(session: Session, holder: Card, field: FieldForm, new: str, old: str) -> None:
    """Write the choice of a type. What the stream shares with others stays theirs: this place gets its own."""
    draft, pointer = session.opened, child(holder.pointer, field.name)
    if session.kept.get("as text") == field.pointer:
        del session.kept["as text"]
    own = holder.place == holder.pointer or parts_of(holder.pointer)[0] != "streams"
    if find_component(new) is None and new != _NONE:
        write_field(draft, holder, field.name, new)
    elif new == _NONE:
        write_field(draft, holder, field.name, None) if own else set_here(draft, pointer, None)
    elif old in (_NONE, _TEXT) or find_component(old) is None:
        made = {"type": new}
        if own:
            draft.set(child(holder.place, field.name), made)
        else:
            set_here(draft, pointer, made)
    else:
        if field.link:
            copy_here(draft, pointer)
        change_type(draft, pointer, new)
