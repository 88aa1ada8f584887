"""What the connector asks of its user, and the values that it is tried with."""

from __future__ import annotations

from typing import Any

import streamlit as st

from penstock.authoring import counted
from penstock_builder.inputs import (
    TYPES,
    Input,
    add_input,
    edit_input,
    inputs_of,
    readers,
    remove_input,
    rename_input,
)
from penstock_ui import values
from penstock_ui.problems import show_unreadable
from penstock_ui.screens import coded
from penstock_ui.session import Session

Json = Any
TITLE = "Inputs"
ICON = ":material/tune:"
ORDER = 20

_CHOSEN = "input"
_NEW = ""


def show(session: Session) -> None:
    """Draw the inputs, and beside them the values."""
    st.title("Inputs", anchor=False)
    if session.reading.tree is None:
        show_unreadable(session)
        return
    inputs = inputs_of(session.specification)
    declared, tried = st.columns([6, 5], gap="large")
    with declared:
        _table(inputs)
        _editor(session, inputs)
    with tried:
        values.show(session, inputs)


def _table(inputs: list[Input]) -> None:
    if not inputs:
        st.info(
            "This connector asks nothing of its user yet. Add what differs from user to user, such as a token."
        )
        return
    st.dataframe(
        [
            {
                "Name": each.name,
                "Title": each.title,
                "Type": "one of several" if each.branches else each.type,
                "Required": each.required,
                "Secret": each.is_secret,
                "Default": "" if each.is_secret else _told(each.schema.get("default")),
                "Description": str(each.schema.get("description") or ""),
                "Order": each.order,
            }
            for each in inputs
        ],
        hide_index=True,
        key="inputs-table",
    )


def _told(value: Json) -> str:
    return "" if value is None else str(value)


def _editor(session: Session, inputs: list[Input]) -> None:
    names = [each.name for each in inputs]
    chosen = st.selectbox(
        "Edit",
        [*names, _NEW],
        format_func=lambda name: name or "New input …",
        key=session.key("inputs:chosen"),
        index=names.index(session.kept[_CHOSEN]) if session.kept.get(_CHOSEN) in names else 0,
    )
    if chosen == _NEW:
        _new(session)
        return
    session.kept[_CHOSEN] = chosen
    _one(session, next(each for each in inputs if each.name == chosen))


def _new(session: Session) -> None:
    with st.form(session.key("inputs:new"), border=True):
        left, right = st.columns(2)
        name = left.text_input("Name", key=session.key("inputs:new:name"), placeholder="api_token")
        kind = right.selectbox("Type", TYPES, key=session.key("inputs:new:type"))
        required = left.checkbox("Required", value=True, key=session.key("inputs:new:required"))
        secret = right.checkbox("Secret", key=session.key("inputs:new:secret"))
        added = st.form_submit_button("Add input", key="input-add", type="primary")
    if added:
        schema = {"type": kind, **({"airbyte_secret": True} if secret else {})}
        if session.change(lambda: add_input(session.opened, name.strip(), schema, required=required)):
            session.kept[_CHOSEN] = name.strip()
        st.rerun()


def _one(session: Session, shown: Input) -> None:
    """The form of one input. Each field is written when it is left."""
    with st.container(border=True):
        left, right = st.columns(2)
        with left:
            _name(session, shown)
            _part(session, shown, "title", "Title")
        with right:
            _type(session, shown)
            _default(session, shown)
        _part(session, shown, "description", "Description")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _flag(session, shown, "Required", is_set=shown.required, part="")
            _flag(session, shown, "Secret", is_set=shown.is_secret, part="airbyte_secret")
            _order(session, shown)
        used = readers(session.opened, shown.name)
        told = f"read in {counted(len(used), 'place')}" if used else "no expression reads it"
        expression = f"config['{shown.name}']"
        st.caption(f"As {coded(expression)}: {told}.")
        st.button(
            "Remove",
            key="input-remove",
            icon=":material/delete:",
            on_click=session.changing(lambda: remove_input(session.opened, shown.name)),
            help="Expressions that read it stay; Problems lists them." if used else None,
        )


def _name(session: Session, shown: Input) -> None:
    key = session.key(f"inputs:{shown.name}:name")

    def rename() -> None:
        new = str(st.session_state[key]).strip()
        if session.change(lambda: rename_input(session.opened, shown.name, new)):
            assert session.values is not None
            values.rename(session.values, shown.name, new)
            session.kept[_CHOSEN] = new

    st.text_input(
        "Name", shown.name, key=key, on_change=rename, help="Expressions that read it follow a new name."
    )


def _part(session: Session, shown: Input, part: str, label: str) -> None:
    key = session.key(f"inputs:{shown.name}:{part}")

    def write() -> None:
        text = str(st.session_state[key])
        _write(session, shown, {part: text or None})

    st.text_input(label, str(shown.schema.get(part) or ""), key=key, on_change=write)


def _type(session: Session, shown: Input) -> None:
    if shown.branches:
        st.text_input(
            "Type", "one of several", disabled=True, key=session.key(f"inputs:{shown.name}:type"),
            help="Its forms are edited as YAML.",
        )  # fmt: skip
        return
    key = session.key(f"inputs:{shown.name}:type")
    options: list[str] = list(TYPES) if shown.type in TYPES else [*TYPES, shown.type]
    st.selectbox(
        "Type",
        options,
        options.index(shown.type),
        key=key,
        on_change=lambda: _write(session, shown, {"type": st.session_state[key]}),
    )


def _default(session: Session, shown: Input) -> None:
    if shown.is_secret or shown.branches or shown.type in ("array", "object"):
        st.text_input(
            "Default", "", disabled=True, key=session.key(f"inputs:{shown.name}:default"),
            help="A secret has no default." if shown.is_secret else "It is edited as YAML.",
        )  # fmt: skip
        return
    key = session.key(f"inputs:{shown.name}:default")

    def write() -> None:
        text = str(st.session_state[key])
        if not text:
            _write(session, shown, {"default": None})
            return
        value = values.parsed(text, shown.type)
        if value is None:
            st.toast(
                f"The default of {coded(shown.name)} is to be of type {shown.type}.", icon=":material/error:"
            )
        else:
            _write(session, shown, {"default": value})

    st.text_input("Default", values.written(shown.schema.get("default")), key=key, on_change=write)


def _flag(session: Session, shown: Input, label: str, *, is_set: bool, part: str) -> None:
    key = session.key(f"inputs:{shown.name}:{label}")

    def write() -> None:
        now = bool(st.session_state[key])
        if part:
            _write(session, shown, {part: True if now else None, **({"default": None} if now else {})})
        else:
            _write(session, shown, {}, required=now)

    st.checkbox(label, is_set, key=key, on_change=write)


def _order(session: Session, shown: Input) -> None:
    key = session.key(f"inputs:{shown.name}:order")
    st.number_input(
        "Order",
        value=shown.order,
        step=1,
        min_value=0,
        key=key,
        width=140,
        on_change=lambda: _write(session, shown, {"order": st.session_state[key]}),
        help="Its place in a user's form; the smallest number is first.",
    )


def _write(session: Session, shown: Input, changes: dict[str, Json], *, required: bool | None = None) -> None:
    session.change(lambda: edit_input(session.opened, shown.name, changes, required=required), from_form=True)
