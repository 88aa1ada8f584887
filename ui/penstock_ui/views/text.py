"""The whole manifest as text: every problem at its line, taken over while somebody types."""

from __future__ import annotations

from dataclasses import dataclass

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
_UNSAVED = "yaml unsaved"
_HEIGHT = 540
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A text that could not be saved, and what the manifest said when that was tried first."""

    text: str
    begun: str


def show(session: Session) -> None:
    """Draw the editor, and above it the ways to places."""
    st.title("YAML", anchor=False)
    draft = session.opened
    unsaved: Unsaved | None = session.kept.get(_UNSAVED)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _outline(session)
        _problems(session)
        if unsaved is not None:
            _tell(session, unsaved)  # here it moves no editor, in which somebody types
    line = _line()
    event = yaml_editor(
        draft.yaml("") if unsaved is None else unsaved.text,
        key=f"yaml-{draft.path}",
        diagnostics=[Mark.of(each.diagnostic) for each in session.findings] if unsaved is None else (),
        schema_words=manifest_words(),
        names={"config": list(session.specification.get("properties") or {})},
        height=_HEIGHT,
        focus=(line, 1) if line else None,
        focus_token=session.kept.get(_JUMPS, 0),
        label="Manifest",
    )
    st.caption(
        "Saved while you type. Ctrl+F finds, Ctrl+Space completes, Ctrl+Enter runs a test; Escape, then Tab, leaves."
    )
    if event is not None:
        is_saved = _take(session, event.text)
        if is_saved and event.reason == "run" and session.stream:
            from penstock_ui.evidence.pane import run

            run(session)
            go("stream", stream=session.stream)
        st.rerun()


def _take(session: Session, text: str) -> bool:
    """Save what was typed, or keep it; tells which. Nothing that others wrote since it was begun is overwritten."""
    draft = session.opened
    unsaved: Unsaved | None = session.kept.get(_UNSAVED)
    begun = draft.text if unsaved is None else unsaved.begun
    may_save = begun == draft.text or text == draft.yaml("")
    if may_save and session.change(lambda: draft.replace_text(text), from_form=True):
        _take_back(session)
        return True
    session.kept[_UNSAVED] = Unsaved(text, begun)
    return False


def _take_back(session: Session) -> None:
    session.kept.pop(_UNSAVED, None)


def _tell(session: Session, unsaved: Unsaved) -> None:
    def save() -> None:
        draft = session.opened
        if session.change(draft.reload) and session.change(lambda: draft.replace_text(unsaved.text)):
            _take_back(session)

    st.markdown(":red[:material/error: What you typed is not saved.]", width="content")
    st.button("Save it", key="yaml-save", on_click=save, help="Over the file; undo brings that back.")
    st.button(
        "Take back", key="yaml-take-back", on_click=_take_back, args=(session,),
        help="Show what the manifest says.",
    )  # fmt: skip


def _line() -> int:
    """The line that the address names; 0 where it names none."""
    asked = st.query_params.get("line", "")
    return int(asked) if asked.isdecimal() and len(asked) <= _MOST_DIGITS else 0


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
    here = _line()
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
