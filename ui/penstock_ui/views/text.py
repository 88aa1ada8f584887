"""The whole manifest as text: every problem at its line, taken over while somebody types."""

from __future__ import annotations

import streamlit as st

from penstock.authoring import counted
from penstock_builder.draft import Draft
from penstock_builder.editing.places import child
from penstock_builder.streams import streams
from penstock_ui.components import Mark, manifest_words, yaml_editor
from penstock_ui.rail import go
from penstock_ui.session import Session

TITLE = "YAML"
ICON = ":material/code:"
ORDER = 15

_JUMPS = "yaml jumps"
_HEIGHT = 540


def show(session: Session) -> None:
    """Draw the editor, and above it the ways to places."""
    st.title("YAML", anchor=False)
    draft = session.opened
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _outline(session)
        _problems(session)
    line = st.query_params.get("line", "")
    event = yaml_editor(
        draft.yaml(""),
        key=f"yaml-{draft.path}",
        diagnostics=[Mark.of(finding.diagnostic) for finding in session.findings],
        schema_words=manifest_words(),
        names={"config": list(session.specification.get("properties") or {})},
        height=_HEIGHT,
        focus=(int(line), 1) if line.isdecimal() else None,
        focus_token=session.kept.get(_JUMPS, 0),
        label="Manifest",
    )
    st.caption(
        "Saved while you type. Ctrl+F finds, Ctrl+Space completes, Ctrl+Enter runs a test; Escape, then Tab, leaves."
    )
    if event is not None:
        session.change(lambda: draft.replace_text(event.text), from_form=True)
        if event.reason == "run" and session.stream:
            from penstock_ui.evidence.pane import run

            run(session)
            go("stream", stream=session.stream)
        st.rerun()


def _outline(session: Session) -> None:
    """The streams and the other parts of the manifest, to go to."""
    places = session.opened.once("outline", _places)
    key = session.key("yaml-outline")

    def jump() -> None:
        chosen = st.session_state[key]
        if chosen is not None:
            _jump(session, places[chosen])

    st.selectbox(
        "Go to",
        list(places),
        index=None,
        key=key,
        placeholder=f"Go to one of {counted(len(places), 'part')} …" if places else "nothing to go to yet",
        label_visibility="collapsed",
        disabled=not places,
        on_change=jump,
        width=420,
    )


def _problems(session: Session) -> None:
    """The way to the next problem, from the one that was gone to last."""
    lines = sorted({f.diagnostic.span.line for f in session.findings if f.diagnostic.severity != "note"})
    asked = st.query_params.get("line", "0")
    here = int(asked) if asked.isdecimal() else 0
    following = next((line for line in lines if line > here), lines[0] if lines else 0)
    st.button(
        f"Next problem (line {following})" if lines else "No problems",
        key="yaml-next-problem",
        icon=":material/arrow_downward:" if lines else ":material/check_circle:",
        type="tertiary",
        disabled=not lines,
        on_click=_jump,
        args=(session, following),
    )


def _jump(session: Session, line: int) -> None:
    session.kept[_JUMPS] = session.kept.get(_JUMPS, 0) + 1
    go("text", line=str(line))


def _places(draft: Draft) -> dict[str, int]:
    """The line of each stream and of each other part, by what it is called."""
    if draft.reading.root is None:
        return {}
    found = {f"stream {each.name}": draft.span(each.place).line for each in streams(draft)}
    whole = draft.value()
    for name, value in whole.items() if isinstance(whole, dict) else ():
        found[name] = draft.span(child("", name)).line
        if name in ("definitions", "schemas") and isinstance(value, dict):
            found |= {f"{name} {key}": draft.span(child("", name, key)).line for key in value}
    return found
