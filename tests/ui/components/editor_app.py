"""A page with the editor: the text is kept as a view would keep it, and what the editor told is shown below."""

from __future__ import annotations

import os

import streamlit as st

from penstock_ui.components import Mark, manifest_words, yaml_editor

SHORT = """\
version: 7.39.1
type: DeclarativeSource
streams:
  - type: DeclarativeStream
    name: orders
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: https://api.example.com/orders
"""
LINES = int(os.environ.get("LINES_OF_TEXT", "0"))
STREAM = SHORT.split("streams:\n")[1]
START = SHORT + STREAM * (LINES // STREAM.count("\n"))

st.set_page_config(layout="wide")
state = st.session_state
state.setdefault("text", START)
state.setdefault("told", [])
columns = st.columns(3)
if columns[0].button("Undo"):
    state.text = START
if columns[1].button("Rename"):
    state.text = state.text.replace("name: orders", "name: invoices")
if columns[2].button("Go"):
    state.focus = state.get("focus", 0) + 1

problem = Mark(5, 5, "a stream needs a primary key", "warning", "say which field is unique", "no-primary-key")
event = yaml_editor(
    state.text,
    key="editor",
    diagnostics=[problem],
    schema_words=manifest_words(),
    names={"config": ["api_key", "start_date"]},
    height=420,
    focus=(len(state.text.splitlines()) // 2, 3) if "focus" in state else None,
    focus_token=state.get("focus", ""),
    label="Manifest",
)
st.button("Again")
if event is not None:
    state.text = event.text
    state.told.append(event.reason)
st.text(f"told: {' '.join(state.told)}")
st.text(f"lines: {len(state.text.splitlines())}, first: {state.text.splitlines()[0]}")
