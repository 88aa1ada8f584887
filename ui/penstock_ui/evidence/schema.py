"""Tab: what records hold, beside what the manifest declares; each difference can be accepted by itself."""

from __future__ import annotations

import json

import streamlit as st

from penstock.authoring import Json, Sample
from penstock_builder import moves
from penstock_builder.detect.schema import accept, schema, schema_changes
from penstock_ui.session import Session

TITLE = "Schema"
ORDER = 40


def show(session: Session, sample: Sample) -> None:
    """The differences, with a button each; the detected schema below."""
    records = sample.records
    if not records:
        st.caption("Records tell the schema, and there are none yet.")
        return
    declared, detected = _declared(session), schema(records)
    changes = schema_changes(declared or {}, detected)
    st.caption(f"Detected from {len(records):,} masked records.")
    if not changes:
        st.success("The manifest declares just this.")
    elif declared is None:
        st.info("The manifest declares no schema for this stream.")
    with st.container(horizontal=True):
        if changes:
            st.button(
                "Accept all" if declared else "Use the detected schema",
                key="schema-accept-all",
                type="primary",
                on_click=_accept,
                args=(session, detected if declared is None else _all(declared, changes)),
            )
    for number, change in enumerate(changes if declared is not None else ()):
        with st.container(horizontal=True, vertical_alignment="center", key=f"schema-change-{number}"):
            st.button(
                "Accept",
                key=f"schema-accept-{number}",
                on_click=_accept,
                args=(session, accept(declared, change)),
            )
            st.markdown(f"`{change.path}` · {change.kind} · {change.evidence}")
    with st.expander("Detected schema"):
        st.code(json.dumps(detected, indent=2), language="json", height=360)


def _all(declared: Json, changes: Json) -> Json:
    for change in changes:
        declared = accept(declared, change)
    return declared


def _accept(session: Session, made: Json) -> None:
    session.change(lambda: moves.set_schema(session.opened, session.stream, made))


def _declared(session: Session) -> Json:
    """The declared schema before masks, None where there is none in the manifest."""
    part = session.part
    loader = part.part("schema_loader") if part is not None else None
    declared = (
        loader.value("schema") if loader is not None and loader.type_name == "InlineSchemaLoader" else None
    )
    return declared if isinstance(declared, dict) else None
