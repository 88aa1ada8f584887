"""A page with the tree, and below it what was chosen."""

from __future__ import annotations

import streamlit as st

from penstock_ui.components import TreeAction, json_tree

ANSWER = {
    "data": {
        "orders": [
            {
                "id": number,
                "email": "****@****",
                "updated_at": "2026-01-01",
                "note": "long " * 60,
                "lines": [1, 2],
            }
            for number in range(250)
        ]
    },
    "next": None,
    "big": 12345678901234567890,
}

st.set_page_config(layout="wide")
if st.checkbox("Away"):
    st.stop()
event = json_tree(
    ANSWER,
    key="tree",
    actions=[
        TreeAction("records", "Use as record path", on="list"),
        TreeAction("key", "Primary key", on="field"),
        TreeAction("cursor", "Cursor", on="field"),
        TreeAction("mask", "Mask", on="field"),
    ],
    marks={("data", "orders", 0, "id"): "primary key"},
    masked=[("data", "orders", 0, "updated_at")],
)
if event is not None:
    st.session_state.chosen = f"{event.action} {event.path}"
st.text(f"chosen: {st.session_state.get('chosen', '')}")
