"""The stream view: the editor of a stream, and beside it what a test read tells."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

import streamlit as st

from penstock_builder.moves import stream_pointer
from penstock_ui.session import Session

TITLE = "Stream"
ICON = ":material/stream:"
ORDER = 10


def show(session: Session) -> None:
    """Draw the stream that is looked at, and the evidence."""
    if not session.stream:
        st.info("This connector has no stream yet. Add one in the rail on the left.")
        return
    editor, evidence = st.columns([11, 10], gap="medium")
    with editor:
        _yaml(session)
    with evidence:
        if find_spec("penstock_ui.evidence.pane"):
            importlib.import_module("penstock_ui.evidence.pane").show(session)


def _yaml(session: Session) -> None:
    pointer = stream_pointer(session.opened, session.stream)
    key = session.key(f"{pointer}:yaml")

    def write() -> None:
        text = st.session_state[key]
        session.change(lambda: session.opened.set_yaml(pointer, text), from_form=True)

    st.text_area(session.stream, session.opened.yaml(pointer), height=600, key=key, on_change=write)
