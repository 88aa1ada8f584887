"""What is done to a whole stream: name, key, duplicate, copy settings, remove; and why its settings are as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from penstock_builder.cards import Card, card
from penstock_builder.chapters import chapters
from penstock_builder.copying import copy_settings
from penstock_builder.explain.settings import find_stream, settings
from penstock_builder.streams import duplicate_stream, remove_stream, rename_stream
from penstock_ui.editor.fields import draw_problems, draw_rows
from penstock_ui.editor.places import sharing
from penstock_ui.editor.rows import Row, form
from penstock_ui.rail import go
from penstock_ui.screens import literal
from penstock_ui.session import Session

_INDENT = "\u2003"


def draw_head(session: Session, name: str, pointer: str) -> None:
    """The stream's own settings, and what can be done to it."""
    shown = card(session.opened, pointer)
    slots = frozenset(field.name for field in shown.fields if field.widget in ("component", "components"))
    found = [finding.diagnostic for finding in session.findings]
    own = form(session.opened, shown, found, slots | {"name"})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="stream-head"):
        _name(session, name)
        _own(session, shown, [replace(row, problems=()) for row in own.rows])
        _menu(session, name)
    draw_problems([told for row in own.rows for told in row.problems])
    if session.kept.get("why"):
        _why(session, name)


def _name(session: Session, name: str) -> None:
    key = session.key(f"stream-name:{name}")

    def rename() -> None:
        new = st.session_state[key].strip()
        if new == name:
            return  # nobody typed: where a run was cut short, Streamlit takes all for chosen
        if not new:
            session.refresh()  # the field shows the name that the stream still has
        elif session.change(lambda: rename_stream(session.opened, name, new)):
            st.query_params["stream"] = new

    st.text_input("name", name, key=key, on_change=rename, help="All that refers to it by name follows.")


def _own(session: Session, shown: Card, rows: Sequence[Row]) -> None:
    shared = sharing(session.opened, shown)
    with st.container(gap="small"):
        draw_rows(session, shown, rows, locked=shared is not None and shared.users > 1)


def _menu(session: Session, name: str) -> None:
    st.button(
        "Why?", key="stream-why", icon=":material/help:", type="tertiary",
        help="Every setting in force, and where it came from",
        on_click=lambda: session.kept.update(why=not session.kept.get("why")),
    )  # fmt: skip
    with st.popover(
        "", icon=":material/more_horiz:", key="stream-menu", help="Duplicate, copy settings, remove"
    ):
        _duplicate(session, name)
        _copy(session, name)
        _remove(session, name)


def _duplicate(session: Session, name: str) -> None:
    key = session.key(f"duplicate:{name}")

    def duplicate() -> None:
        new = st.session_state[key].strip()
        if new and session.change(lambda: duplicate_stream(session.opened, name, new)):
            go("stream", stream=new)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name of the copy", f"{name}_copy", key=key)
        st.button("Duplicate", key="stream-duplicate", icon=":material/content_copy:", on_click=duplicate)


def _copy(session: Session, name: str) -> None:
    others = [each for each in session.streams if each != name]
    if not others:
        return
    from_key, what_key = session.key(f"copy-from:{name}"), session.key(f"copy-what:{name}")
    source = st.selectbox("Copy settings from", others, key=from_key)
    titles = [chapter.title for chapter in chapters(session.opened, pointer_in(session, source))]
    st.multiselect("Which", titles, key=what_key)

    def copy() -> None:
        source, chosen = st.session_state[from_key], st.session_state[what_key]
        session.change(
            lambda: copy_settings(
                session.opened, pointer_in(session, source), pointer_in(session, name), chosen
            )
        )

    st.button("Copy", key="stream-copy", icon=":material/content_paste:", on_click=copy)


def _remove(session: Session, name: str) -> None:
    sure = st.checkbox(f"Remove {literal(name)}", key=session.key(f"remove-sure:{name}"))

    def remove() -> None:
        if session.change(lambda: remove_stream(session.opened, name)):
            go("stream")
            st.query_params.pop("stream", None)

    st.button(
        "Remove for good", key="stream-remove", icon=":material/delete:", disabled=not sure, on_click=remove
    )


def pointer_in(session: Session, name: str) -> str:
    """Where a stream is listed."""
    return f"/streams/{session.streams.index(name)}" if name in session.streams else ""


def _why(session: Session, name: str) -> None:
    """The settings in force, as a table that can be searched."""
    tree = session.reading.tree
    if tree is None:
        return
    told = [
        {"Setting": _INDENT * each.depth + (each.name or name), "Value": each.value, "From": each.origin}
        for each in settings(find_stream(tree, name))
    ]
    st.dataframe(told, hide_index=True, height=320, key="why-table")
