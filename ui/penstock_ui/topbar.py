"""The bar on top: what is open, whether it is saved, how good it is, undo, redo, and the test."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from penstock.authoring import counted
from penstock_builder.coverage import Coverage, coverage
from penstock_ui.rail import go
from penstock_ui.screens import coded, literal, name_of
from penstock_ui.session import Session

_OWN_UNDO = """<script>
globalThis.penstockOwnUndo ??= document.body.addEventListener("keydown", (event) => {
  const field = event.composedPath()[0]
  const isText = field.isContentEditable || field.matches(
    "textarea, input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=submit], [type=file])")
  if (isText && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") event.stopPropagation()
}) ?? true
</script>"""
"""In a field `Ctrl+Z` is the field's own: Streamlit, which listens at the document, does not hear of it. Once a page."""


def show(session: Session, chosen: ModuleType) -> DeltaGenerator:
    """Draw the bar; gives the place of its badges, which are drawn last: nobody waits for them."""
    draft = session.opened
    with st.container(key="own-undo"):
        st.html(_OWN_UNDO, unsafe_allow_javascript=True)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="topbar"):
        st.markdown(f"**{literal(session.name)}**", width="content")
        st.caption(f"saved {session.saved_at:%H:%M}", width="content")
        badges = st.container(
            horizontal=True, vertical_alignment="center", gap="small", key="badges", width="stretch"
        )
        undo, redo = draft.undo_note, draft.redo_note
        st.button(
            "Undo",
            key="undo",
            icon=":material/undo:",
            help=f"Undo: {literal(undo)}" if undo else "Nothing to undo",
            disabled=not draft.can_undo,
            on_click=session.undo,
            shortcut="Ctrl+Z",
        )
        st.button(
            "Redo",
            key="redo",
            icon=":material/redo:",
            help=f"Redo: {literal(redo)}" if redo else "Nothing to redo",
            disabled=not draft.can_redo,
            on_click=session.redo,
            shortcut="Ctrl+Shift+Z",
        )
        if name_of(chosen) != "stream":
            st.button(
                "Test",
                key="test",
                icon=":material/play_arrow:",
                type="primary",
                help=f"Read the first records of {coded(session.stream)}" if session.stream else None,
                disabled=not session.stream,
                on_click=_test,
                args=(session,),
            )
    return badges


def show_badges(session: Session, place: DeltaGenerator, views: Mapping[str, ModuleType]) -> None:
    """Draw how many problems there are, and how much is masked."""
    counts = [f.diagnostic.severity for f in session.findings]
    errors, warnings = counts.count("error"), counts.count("warning")
    icon = "error" if errors else "warning" if warnings else "check_circle"
    masked: Coverage = session.opened.once("coverage", lambda draft: coverage(draft.reading))
    with place:
        st.button(
            f"{counted(errors, 'error')}, {counted(warnings, 'warning')}",
            key="badge-lint",
            icon=f":material/{icon}:",
            type="tertiary",
            help="Show all problems",
            on_click=go,
            args=("problems",),
        )
        st.button(
            f"{masked.masked} of {masked.declared} fields masked" if masked.declared else "no field declared",
            key="badge-privacy",
            icon=":material/lock:",
            type="tertiary",
            help=_told(masked),
            disabled="masking" not in views,
            on_click=go,
            args=("masking",),
        )


def _told(found: Coverage) -> str:
    told = "Fields that the schemas in the manifest declare."
    if found.unknown:
        told += f" {counted(found.unknown, 'stream')} declare{'s' if found.unknown == 1 else ''} none."
    return told


def _test(session: Session) -> None:
    from penstock_ui.evidence.pane import run

    run(session)
    go("stream", stream=session.stream)
