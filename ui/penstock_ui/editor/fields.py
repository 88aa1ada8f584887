"""Draws the rows of a form. What somebody types is written when the field is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import streamlit as st

from penstock.authoring import Diagnostic
from penstock_builder.cards import Card, write_field
from penstock_builder.editing.places import child
from penstock_ui.editor.components import draw_component, draw_components
from penstock_ui.editor.islands import draw_value
from penstock_ui.editor.places import act, open_card
from penstock_ui.editor.rows import SMALL, Row, list_of, read_text, text_of
from penstock_ui.screens import coded, literal, marked
from penstock_ui.session import Session

Json = Any
_UNSET = ""
_LINE_PIXELS, _MOST_LINES = 24, 12


def draw_rows(
    session: Session, shown: Card, rows: Sequence[Row], *, locked: bool, among: Sequence[Row] = ()
) -> None:
    """Draw rows below each other, small ones two in a line.

    Each has a place of its own, and so have those `among` which they are chosen: what appears in one moves no other, in
    which somebody may type.
    """
    places = {row.field.name: st.container() for row in among or rows}
    for line in _lines(rows):
        with places[line[0].field.name]:
            if line[0].kind not in SMALL:
                _draw(session, shown, line[0], locked=locked)
                continue
            for column, row in zip(st.columns(2, vertical_alignment="bottom"), line, strict=False):
                with column:
                    _draw(session, shown, row, locked=locked)


def _lines(rows: Sequence[Row]) -> list[list[Row]]:
    lines: list[list[Row]] = []
    for row in rows:
        if lines and len(lines[-1]) == 1 and {row.kind, lines[-1][0].kind} <= SMALL:
            lines[-1].append(row)
        else:
            lines.append([row])
    return lines


def draw_problems(found: Sequence[Diagnostic]) -> None:
    """The problems of a place, in the words of lint. Where there are none, their place is there: none moves the next."""
    colours = {"error": "red", "warning": "orange", "note": "gray"}
    icons = {"error": "error", "warning": "warning", "note": "info"}
    with st.container():
        for told in found:
            text = f":{colours[told.severity]}[:material/{icons[told.severity]}: {marked(told.message)}]"
            st.caption(f"{text}  \n{marked(told.hint)}" if told.hint else text)


def _draw(session: Session, shown: Card, row: Row, *, locked: bool) -> None:
    if row.kind == "component":
        draw_component(session, shown, row, locked=locked)
    elif row.kind == "components":
        draw_components(session, shown, row, locked=locked)
    elif row.kind == "yaml":
        draw_value(session, row.field.pointer, row.label, row.help, locked=locked)
    elif row.kind == "link":
        _link(session, shown, row, locked=locked)
    elif row.kind == "mapping":
        _mapping(session, shown, row, locked=locked)
    else:
        _WIDGETS[row.kind](session, shown, row, locked)
    if row.field.deprecated and not any(told.rule == "deprecated-field" for told in row.problems):
        st.caption(f":orange[Deprecated: use `{row.field.deprecated}`.]")
    if row.note:
        st.caption(row.note)
    draw_problems(row.problems)


def _writer(
    session: Session, shown: Card, row: Row, key: str, read: Callable[[Any], Json]
) -> Callable[[], None]:
    """Writes what a widget holds."""

    def write() -> None:
        value = read(st.session_state[key])
        session.change(lambda: write_field(session.opened, shown, row.field.name, value), from_form=True)

    return write


def _key(session: Session, row: Row) -> str:
    return session.key(f"{row.field.pointer}:{row.kind}")


def _line(session: Session, shown: Card, row: Row, locked: bool) -> None:  # noqa: FBT001 - one of a table
    key, field = _key(session, row), row.field
    st.text_input(
        literal(row.label),
        text_of(field.value) if field.is_set else "",
        key=key,
        type="password" if row.kind == "secret" else "default",
        help=row.help,
        placeholder=row.placeholder,
        disabled=locked,
        on_change=_writer(
            session, shown, row, key, lambda text: read_text(text or "", field.value, field.takes)
        ),
    )


def _area(session: Session, shown: Card, row: Row, locked: bool) -> None:  # noqa: FBT001 - one of a table
    key, field = _key(session, row), row.field
    st.text_area(
        literal(row.label),
        text_of(field.value),
        key=key,
        help=row.help,
        height=_height(text_of(field.value)),
        disabled=locked,
        on_change=_writer(
            session, shown, row, key, lambda text: read_text(text or "", field.value, field.takes)
        ),
    )


def _list(session: Session, shown: Card, row: Row, locked: bool) -> None:  # noqa: FBT001 - one of a table
    key, field = _key(session, row), row.field
    text = "\n".join(text_of(item) for item in field.value or ())

    def read(typed: str) -> Json:
        items = list_of(typed or "", field.value)
        if not items:
            return [] if field.required else None
        return items

    st.text_area(
        literal(row.label),
        text,
        key=key,
        help=f"{row.help}\n\nOne a line.",
        placeholder="one a line",
        height=_height(text),
        disabled=locked,
        on_change=_writer(session, shown, row, key, read),
    )


def _number(session: Session, shown: Card, row: Row, locked: bool) -> None:  # noqa: FBT001 - one of a table
    key, field = _key(session, row), row.field
    kind = (
        int if isinstance(field.value, int) or (field.value is None and field.widget == "integer") else float
    )
    default = field.default if isinstance(field.default, int | float) else None

    def read(typed: float | None) -> Json:
        return None if typed is None else kind(typed)

    if key not in st.session_state:  # a value given here could not be cleared again
        st.session_state[key] = kind(field.value) if field.is_set and field.value is not None else None
    st.number_input(
        literal(row.label),
        value=None,
        step=kind(1),
        format=None if kind is int else "%g",
        key=key,
        help=row.help,
        placeholder=text_of(default) if default is not None else "",
        disabled=locked,
        on_change=_writer(session, shown, row, key, read),
    )


def _switch(session: Session, shown: Card, row: Row, locked: bool) -> None:  # noqa: FBT001 - one of a table
    key, field = _key(session, row), row.field

    def read(typed: bool) -> Json:  # noqa: FBT001 - what a switch gives
        return None if typed == bool(field.default) and not field.is_set else typed

    st.toggle(
        literal(row.label),
        bool(field.value),
        key=key,
        help=row.help,
        disabled=locked,
        on_change=_writer(session, shown, row, key, read),
    )


def _choice(session: Session, shown: Card, row: Row, locked: bool) -> None:  # noqa: FBT001 - one of a table
    key, field = _key(session, row), row.field
    words = [option.value for option in field.choices]
    if field.is_set and text_of(field.value) not in words:
        words.append(text_of(field.value))
    unset = f"not set ({text_of(field.default)})" if field.default else "not set"
    options = words if field.required and field.is_set else [_UNSET, *words]
    st.selectbox(
        literal(row.label),
        options,
        index=options.index(text_of(field.value)) if field.is_set else 0,
        format_func=lambda word: word or unset,
        key=key,
        help=row.help,
        disabled=locked,
        on_change=_writer(session, shown, row, key, lambda word: word or None),
    )


def _mapping(session: Session, shown: Card, row: Row, *, locked: bool) -> None:
    """A line for each key, with its value, and one for a new one."""
    field = row.field
    entries = list((field.value or {}).items())
    st.markdown(f":small[{literal(row.label)}]", help=row.help)

    def put(before: str | None, name: str, value: Json) -> None:
        after = {key: old for key, old in entries if key != before} if not name else {}
        if name:
            for key, old in entries:
                after |= {name: value} if key == before else {key: old}
            after |= {name: value} if before is None else {}
        session.change(
            lambda: write_field(session.opened, shown, field.name, after or None),
            from_form=before is not None and bool(name) and name == before,
        )

    for number, (name, value) in enumerate([*entries, ("", None)]):
        is_new = number == len(entries)
        if is_new and locked:
            break
        _entry(session, row, (number, name, value), put, is_new=is_new, locked=locked)


def _entry(
    session: Session,
    row: Row,
    entry: tuple[int, str, Json],
    put: Callable[[str | None, str, Json], None],
    *,
    is_new: bool,
    locked: bool,
) -> None:
    number, name, value = entry
    stem = f"{child(row.field.pointer, number)}:template"
    left, middle, right = st.columns([5, 8, 1], gap="xsmall", vertical_alignment="center")
    key_key, value_key = session.key(f"{stem}:name"), session.key(f"{stem}:value")

    def renamed() -> None:
        new = st.session_state[key_key]
        if is_new and new:
            put(
                None, new, read_text(st.session_state.get(value_key) or "", None, frozenset({"number"})) or ""
            )
        elif not is_new:
            put(name, new, value)

    def changed() -> None:
        if not is_new:
            put(
                name,
                name,
                read_text(st.session_state[value_key] or "", value, frozenset({"string", "number"})) or "",
            )

    left.text_input(
        f"{row.field.name}: name {number + 1}", name, key=key_key, placeholder="add a name",
        label_visibility="collapsed", disabled=locked, on_change=renamed,
    )  # fmt: skip
    if is_new:
        return
    middle.text_input(
        f"{row.field.name}: value of {name}", text_of(value), key=value_key, label_visibility="collapsed",
        disabled=locked, on_change=changed,
    )  # fmt: skip
    right.button(
        "", key=session.key(f"{stem}:remove"), icon=":material/close:", help=f"Remove {literal(name)}",
        type="tertiary", disabled=locked, on_click=put, args=(name, "", None),
    )  # fmt: skip


def _link(session: Session, shown: Card, row: Row, *, locked: bool) -> None:
    """A value that a reference gives: where it is written, and what can be done about that."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f":small[{literal(row.label)}] → {coded(row.field.link.removeprefix('/'))}",
            help=row.help,
            width="stretch",
        )
        st.button(
            "Edit there", key=session.key(f"{row.field.pointer}:there"), type="tertiary", on_click=open_card,
            args=(row.field.link,),
        )  # fmt: skip
        st.button(
            "Copy here", key=session.key(f"{row.field.pointer}:copy"), type="tertiary", disabled=locked,
            on_click=act, args=(session, lambda: session.opened.unlink(row.field.pointer)),
        )  # fmt: skip


def _height(text: str) -> int:
    return _LINE_PIXELS * (min(max(text.count("\n") + 2, 2), _MOST_LINES) + 1)


_WIDGETS: Mapping[str, Callable[[Session, Card, Row, bool], None]] = MappingProxyType(
    {
        "line": _line,
        "template": _line,
        "secret": _line,
        "area": _area,
        "list": _list,
        "number": _number,
        "switch": _switch,
        "choice": _choice,
    }
)
