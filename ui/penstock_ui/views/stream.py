"""The stream view: the editor of a stream, and beside it what a test read tells."""

from __future__ import annotations

import streamlit as st

from penstock_builder.draft import Draft
from penstock_ui.editor.actions import draw_head, pointer_in
from penstock_ui.editor.cards import draw_chapters, draw_elsewhere
from penstock_ui.editor.places import open_card
from penstock_ui.evidence import pane
from penstock_ui.problems import show_unreadable
from penstock_ui.session import Session

TITLE = "Stream"
ICON = ":material/stream:"
ORDER = 10

_LOOKS = """<style>
[class*="st-key-open-"], [class*="st-key-open-"] button {max-width: 100%; min-width: 0;}
[class*="st-key-open-"] button, [class*="st-key-open-"] button > div {justify-content: flex-start; text-align: left; min-width: 0;}
[class*="st-key-open-"] button {min-height: 2rem; padding: 0.15rem 0.3rem; overflow: hidden;}
[class*="st-key-open-"] button div {min-width: 0; overflow: hidden;}
[class*="st-key-open-"] p {overflow: hidden; text-overflow: ellipsis; white-space: nowrap;}
.st-key-trail button {min-height: 1.5rem; padding: 0 0.2rem;}
[class*="-template"] input {font-family: "Source Code Pro", monospace; font-size: 0.85rem;}
</style>"""


def show(session: Session) -> None:
    """Draw the stream that is looked at, and the evidence."""
    st.html(_LOOKS)
    if session.reading.tree is None:
        show_unreadable(session)
        return
    editor, evidence = st.columns([11, 10], gap="medium")
    with editor:
        _editor(session)
    with evidence:
        if session.stream:
            pane.show(session)


def _editor(session: Session) -> None:
    name, asked = session.stream, st.query_params.get("card", "")
    dynamic = _dynamic(session.opened)
    pointer = pointer_in(session, name)
    if asked and not _belongs(session, asked, pointer):
        draw_elsewhere(session, asked)
    elif pointer:
        draw_head(session, name, pointer)
        draw_chapters(session, pointer, asked)
    elif not dynamic:
        st.info("This connector has no stream yet. Add one in the rail on the left.")
    if dynamic and not asked:
        _templates(dynamic)


def _belongs(session: Session, asked: str, pointer: str) -> bool:
    """Whether a place is of the stream that is looked at, or of what it alone is written in."""
    return bool(pointer) and (asked == pointer or asked.startswith(pointer + "/"))


def _dynamic(draft: Draft) -> list[str]:
    listed = draft.value("/dynamic_streams") if draft.exists("/dynamic_streams") else None
    return [f"/dynamic_streams/{number}" for number in range(len(listed))] if isinstance(listed, list) else []


def _templates(pointers: list[str]) -> None:
    """The streams that are made when a sync begins."""
    st.caption("Dynamic streams: made from a template when a sync begins.")
    for number, pointer in enumerate(pointers):
        st.button(
            f"Dynamic stream {number + 1}", key=f"open-dynamic-{number}", icon=":material/chevron_right:",
            type="tertiary", width="stretch", on_click=open_card, args=(pointer,),
        )  # fmt: skip
