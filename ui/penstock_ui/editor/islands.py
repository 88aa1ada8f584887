"""YAML editors of a part of the manifest. A text that does not read yet is kept until it does, or is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from penstock.authoring import ConfigError, ManifestError, PenstockError, read_pieces
from penstock_builder.draft import Draft, DraftChangedError
from penstock_builder.editing.change import with_value
from penstock_builder.editing.island import island_place, with_island
from penstock_builder.editing.places import parts_of
from penstock_ui.components import Mark, manifest_words, yaml_editor
from penstock_ui.screens import literal, marked
from penstock_ui.session import Session

Json = Any
_UNFINISHED, _BEGUN = "unfinished", "begun"
_LINE_PIXELS, _FEWEST, _MOST = 19, 4, 24


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A text that cannot stand in its place yet, why, and what stood there when it was begun.

    Without marks it is no fault of the text that it is not saved.
    """

    text: str
    marks: tuple[Mark, ...]
    begun: str


def unfinished(session: Session, pointer: str) -> Unfinished | None:
    """What was typed for a place that says what it said then, and does not read yet."""
    found = _all(session).get(pointer)
    return found if found is not None and found.begun == _said(session.opened, pointer) else None


def take_back(session: Session, pointer: str) -> None:
    """Drop what does not read; the editor shows what the manifest says."""
    _all(session).pop(pointer, None)


def draw_island(
    session: Session, pointer: str, label: str, *, locked: bool, is_optional: bool = False
) -> None:
    """The editor of a value, with its comments and problems; what is typed is taken over while typing.

    An empty text takes out what is optional.
    """
    draft = session.opened
    waiting = unfinished(session, pointer)
    text = waiting.text if waiting is not None else _said(draft, pointer)
    marks = waiting.marks if waiting is not None else _marks(session, pointer)
    lines = min(max(text.count("\n") + 2, _FEWEST), _MOST)
    event = yaml_editor(
        text,
        key=f"island:{pointer}",
        diagnostics=marks,
        schema_words=manifest_words(),
        names={"config": list(session.specification.get("properties") or {})},
        height=lines * _LINE_PIXELS + 12,
        read_only=locked,
        label=f"YAML of {label}",
    )
    if event is not None:
        write_island(session, pointer, event.text, is_optional=is_optional)
        if event.reason == "run":
            from penstock_ui.evidence.pane import run

            run(session)
        st.rerun()
    with st.container():  # also where nothing is told: it moves nothing below
        if waiting is not None:
            _tell(session, pointer, waiting, is_optional=is_optional)
        elif pointer in _all(session):
            _tell_left(session, pointer)


def draw_value(session: Session, pointer: str, label: str, help_: str, *, locked: bool) -> None:
    """A value that has no form of its own, as YAML; an empty text takes it out."""
    st.markdown(f":small[{literal(label)}]", help=help_)
    key = f"text:{pointer}"
    if session.opened.exists(pointer) or unfinished(session, pointer) or pointer in _begun(session):
        draw_island(session, pointer, label, locked=locked, is_optional=True)
    else:
        st.button(
            "Write as YAML", key=session.key(key), icon=":material/add:", type="tertiary", disabled=locked,
            on_click=lambda: _begun(session).add(pointer),
        )  # fmt: skip


def write_island(session: Session, pointer: str, text: str, *, is_optional: bool) -> None:
    """Take a text over where it reads; else keep it. A lone word is no component yet: it is kept until more is typed."""
    draft = session.opened
    if not text.strip():
        _begun(session).add(pointer)  # who empties it to write it anew keeps the editor
    marks: tuple[Mark, ...]
    try:
        was_component = draft.exists(pointer) and isinstance(draft.value(pointer), dict)
        if was_component and not is_optional and _is_word(text):
            raise ConfigError("this is no component yet", hint="write it as `key: value` lines")
        put_yaml(draft, pointer, text, is_optional=is_optional)
    except ManifestError as error:
        marks = tuple(Mark.of(told) for told in error.diagnostics)
    except DraftChangedError as error:
        marks = ()
        session.problem = error
    except PenstockError as error:
        marks = (Mark(1, 1, error.message, hint=error.hint),)
    else:
        take_back(session, pointer)
        session.change(lambda: None, from_form=True)
        return
    _all(session)[pointer] = Unfinished(text, marks, _said(draft, pointer))


def put_yaml(draft: Draft, pointer: str, text: str, *, is_optional: bool) -> None:
    """Put YAML in a place, in one revision, also where nothing stands yet; an empty text takes out what is optional."""
    parts = parts_of(pointer)
    if not draft.exists(pointer):
        if text.strip():
            draft.change(lambda now: with_island(with_value(now, parts, {}), parts, text), f"set {pointer}")
    elif is_optional and not text.strip():
        draft.remove(pointer)
    else:
        draft.set_yaml(pointer, text)


def _is_word(text: str) -> bool:
    """Whether a text says a lone value that is no reference. Raises ManifestError."""
    piece = read_pieces(text + "\n", "")
    return piece is not None and piece.kind == "scalar" and not piece.text.startswith("#/")


def _marks(session: Session, pointer: str) -> tuple[Mark, ...]:
    """The problems of a part, at their places in its own text."""
    draft = session.opened
    if not draft.exists(pointer):
        return ()
    try:
        line, column = island_place(draft.document, parts_of(pointer))
    except PenstockError:  # an alias: what is wrong is told at its anchor
        return ()
    count = draft.yaml(pointer).count("\n") + 1
    made = []
    for told in (finding.diagnostic for finding in session.findings):
        at = told.span.line - line + 1
        if 0 < at <= count:
            moved = max(told.span.col - column + 1, 1)
            made.append(Mark(at, moved, told.message, told.severity, told.hint, told.rule))
    return tuple(made)


def _tell(session: Session, pointer: str, waiting: Unfinished, *, is_optional: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if waiting.marks:
            first = waiting.marks[0]
            told, until = f"Line {first.line}: {first.message}", "this reads"
        else:
            told, until = "What you typed is not saved.", "you save it"
        st.markdown(
            f":red[:material/error: {marked(told)}]  \n:gray[The manifest keeps what it said until {until}.]",
            width="stretch",
        )
        if not waiting.marks:
            st.button(
                "Save it", key=session.key(f"save:{pointer}"), on_click=write_island,
                args=(session, pointer, waiting.text), kwargs={"is_optional": is_optional},
            )  # fmt: skip
        st.button(
            "Take back", key=session.key(f"back:{pointer}"), on_click=take_back, args=(session, pointer),
            help="Show what the manifest says.",
        )  # fmt: skip


def _tell_left(session: Session, pointer: str) -> None:
    """A text that was typed before its place said something else: it may be about another stream."""
    with st.expander("What was typed here, before this part changed, is not saved"):
        st.code(_all(session)[pointer].text, language="yaml")
        st.button("Drop it", key=session.key(f"drop:{pointer}"), on_click=take_back, args=(session, pointer))


def _said(draft: Draft, pointer: str) -> str:
    """What the manifest says at a place; nothing where there is none."""
    return draft.yaml(pointer) if draft.exists(pointer) else ""


def _begun(session: Session) -> set[str]:
    """The places whose editor shows though nothing stands there."""
    found: set[str] = session.kept.setdefault(_BEGUN, set())
    return found


def _all(session: Session) -> dict[str, Unfinished]:
    found: dict[str, Unfinished] = session.kept.setdefault(_UNFINISHED, {})
    return found
