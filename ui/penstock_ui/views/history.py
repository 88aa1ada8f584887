"""The revisions of the manifest: what changed in meaning between any two, and the way back."""

from __future__ import annotations

import difflib

import streamlit as st

from penstock_builder.draft import Draft
from penstock_builder.history import Revision
from penstock_ui.differences import show_difference
from penstock_ui.screens import literal
from penstock_ui.session import Session

TITLE = "History"
ICON = ":material/history:"
ORDER = 70

_MOST_LINES = 400


def show(session: Session) -> None:
    """Draw the revisions and the comparison of two of them."""
    draft = session.opened
    revisions = draft.revisions()
    st.title("History", anchor=False)
    listed, compared = st.columns([5, 6], gap="large")
    with listed:
        st.dataframe(
            [
                {
                    "Revision": each.number,
                    "When": each.when.astimezone(),
                    "What": each.note,
                    "Name": each.name,
                }
                for each in revisions
            ],
            hide_index=True,
            key="revisions",
            column_config={
                "Revision": st.column_config.NumberColumn(width="small"),
                "When": st.column_config.DatetimeColumn(format="D MMM, HH:mm:ss", width="small"),
            },
        )
    with compared:
        _compare(session, draft, revisions)


def _compare(session: Session, draft: Draft, revisions: list[Revision]) -> None:
    by_number = {each.number: each for each in revisions}
    numbers = list(by_number)

    def told(number: int) -> str:
        each = by_number[number]
        return f"{number}  {each.name or each.note}  {each.when.astimezone():%H:%M:%S}"

    left, right = st.columns(2)
    old = left.selectbox(
        "From", numbers, min(1, len(numbers) - 1), format_func=told, key=session.key("history:from")
    )
    new = right.selectbox("To", numbers, 0, format_func=told, key=session.key("history:to"))
    before, after = draft.text_at(old), draft.text_at(new)
    show_difference(before, after, draft.path)
    _text_difference(before, after, old, new)
    _act(session, draft, by_number[old])


def _text_difference(before: str, after: str, old: int, new: int) -> None:
    lines = list(
        difflib.unified_diff(
            before.splitlines(), after.splitlines(), f"revision {old}", f"revision {new}", lineterm=""
        )
    )
    if not lines:
        st.caption("The texts are the same.")
        return
    st.code("\n".join(lines[:_MOST_LINES]), language="diff", height=300 if len(lines) > 14 else "content")
    if len(lines) > _MOST_LINES:
        st.caption(f"and {len(lines) - _MOST_LINES} more lines")


def _act(session: Session, draft: Draft, chosen: Revision) -> None:
    key = session.key(f"history:name:{chosen.number}")

    def name() -> None:
        session.change(lambda: draft.name_revision(chosen.number, str(st.session_state[key]).strip()))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            f"Name of revision {chosen.number}",
            chosen.name,
            key=key,
            on_change=name,
            placeholder="before the cursor",
            help="Named revisions are kept for good.",
        )
        st.button(
            f"Restore revision {chosen.number}",
            key="restore",
            icon=":material/settings_backup_restore:",
            disabled=draft.text_at(chosen.number) == draft.text,
            on_click=session.changing(lambda: draft.restore(chosen.number)),
            help=f"{literal(chosen.note)}. It becomes the newest; undo takes that back.",
        )
