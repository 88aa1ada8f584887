"""Tab: what records hold, beside what the manifest declares; each difference can be accepted by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import streamlit as st

from penstock.authoring import Json, Sample, counted
from penstock_builder import moves
from penstock_builder.detect.schema import SchemaChange, accept
from penstock_builder.testing.schema_seen import SeenSchema, all_accepted, seen_schema
from penstock_ui.screens import coded, marked
from penstock_ui.session import Session

TITLE = "Schema"
ORDER = 40
_WORDS: Mapping[str, str] = {
    "new": "new",
    "missing": "not seen",
    "type": "other type",
    "nullable": "may be null",
    "format": "format",
}
_MOST = 40


def show(session: Session, sample: Sample) -> None:
    """The differences, with a button each; the detected schema below."""
    if not sample.records:
        st.caption("Records tell the schema, and there are none yet.")
        return
    seen = _seen(session, sample)
    declared = _declared(session)
    changes = seen.changes(declared)
    st.caption(
        f"Seen in {seen.records:,} records, with the types from before masks: a schema declares those."
    )
    if declared is None:
        st.info("The manifest declares no fields for this stream.", icon=":material/schema:")
        st.button(
            "Use the detected schema",
            key="schema-accept-all",
            type="primary",
            on_click=_accept,
            args=(session, seen.detected),
        )
    elif not changes:
        st.success("The manifest declares just this.", icon=":material/check:")
    else:
        _differences(session, seen, declared, changes)
    with st.expander("Detected schema"):
        st.code(json.dumps(seen.detected, indent=2), language="json", height=320)


def _seen(session: Session, sample: Sample) -> SeenSchema:
    """What the records show, once for each snapshot."""
    known = session.kept.get("seen")
    if known is None or known[0] is not sample:
        known = session.kept["seen"] = sample, seen_schema(session.reads[sample.stream].sampling, sample)
    seen: SeenSchema = known[1]
    return seen


def _differences(session: Session, seen: SeenSchema, declared: Json, changes: Sequence[SchemaChange]) -> None:
    wanted = [change for change in changes if change.kind != "missing"]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            f"Accept all {len(wanted)}" if wanted else "Nothing new",
            key="schema-accept-all",
            type="primary",
            disabled=not wanted,
            on_click=_accept,
            args=(session, all_accepted(declared, wanted)),
            help="Takes over what records show. What was not seen stays declared.",
        )
        st.caption(counted(len(changes), "difference"), width="content")
    for number, change in enumerate(changes[:_MOST]):
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"schema-change-{number}"
        ):
            st.button(
                "Remove" if change.kind == "missing" else "Accept",
                key=f"schema-accept-{number}",
                on_click=_accept,
                args=(session, accept(declared, change)),
            )
            example = seen.example(change)
            told = f"{change.evidence}: {example}" if example else change.evidence
            st.markdown(f"{coded(change.path)} :gray-badge[{_WORDS[change.kind]}]  \n:small[{marked(told)}]")
    if len(changes) > _MOST:
        st.caption(f"and {len(changes) - _MOST:,} more")


def _accept(session: Session, made: Json) -> None:
    session.change(lambda: moves.set_schema(session.opened, session.stream, made))


def _declared(session: Session) -> Json:
    """The declared schema before masks, None where the manifest has none, or one that names no field."""
    part = session.part
    loader = part.part("schema_loader") if part is not None else None
    inline = loader is not None and loader.type_name == "InlineSchemaLoader"
    declared = loader.value("schema") if loader is not None and inline else None
    return declared if isinstance(declared, dict) and declared.get("properties") else None
