"""A YAML editor with diagnostics, completion and hover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import streamlit as st

from penstock.authoring import Diagnostic, Severity
from penstock_ui.components.shipped import is_plain, shipped, show
from penstock_ui.components.words import Words
from penstock_ui.screens import coded, marked

Json = Any
Reason = Literal["save", "run", "blur", "pause"]
"""Ctrl+S, Ctrl+Enter, the editor was left, or nothing was typed for 600 ms."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A problem as the editor shows it: `line` and `col` are 1-based."""

    line: int
    col: int
    message: str
    severity: Severity = "error"
    hint: str = ""
    rule: str = ""

    @classmethod
    def of(cls, told: Diagnostic) -> Mark:
        """The mark of a diagnostic, which is of the text that is shown."""
        return cls(told.span.line, told.span.col, told.message, told.severity, told.hint, told.rule)


@dataclass(frozen=True, slots=True)
class EditorEvent:
    """The text as it is now, why it is told, and where the cursor stands (1-based)."""

    text: str
    reason: Reason
    line: int = 1
    col: int = 1


def yaml_editor(
    text: str,
    *,
    key: str,
    diagnostics: Sequence[Mark] = (),
    schema_words: Words,
    names: Mapping[str, Sequence[str]] | None = None,
    height: int = 600,
    read_only: bool = False,
    focus: tuple[int, int] | None = None,
    focus_token: str | int = "",
    label: str = "YAML",
) -> EditorEvent | None:
    """An editor of YAML text; gives each event once.

    `text` is shown: one that is not what the last event told replaces what is there, and scroll and cursor stay. `key`
    is the same in every run, or the editor is made anew. `names` are what templates may read of a variable, such as
    `{"config": ["api_key"]}`. `focus` is a place, `(line, col)`, that the editor goes to whenever the place or
    `focus_token` changes. `height` is in pixels.
    """
    with st.container(gap=None, key=f"{key}-editor"):
        if is_plain():
            return _plain(text, key, diagnostics, height, read_only=read_only, label=label)
        # Streamlit sends a message that it sent before by its hash: the library, which never changes, travels once.
        shipped("library")(
            key=f"{key}-library", data={"digest": schema_words.digest, "words": schema_words.data}
        )
        event = show(
            "code_editor",
            key,
            {
                "text": text,
                "marks": [asdict(mark) for mark in diagnostics],
                "words": schema_words.digest,
                "names": {name: list(known) for name, known in (names or {}).items()},
                "height": height,
                "read_only": read_only,
                "focus": {"line": focus[0], "col": focus[1], "token": focus_token} if focus else None,
                "label": label,
            },
        )
    return EditorEvent(**event) if event else None


def _plain(
    text: str, key: str, diagnostics: Sequence[Mark], height: int, *, read_only: bool, label: str
) -> EditorEvent | None:
    """A text area and a list of problems. A text is told once."""
    given, told = f"{key}-given", f"{key}-told"
    if st.session_state.get(given) != text or key not in st.session_state:
        st.session_state[given] = st.session_state[told] = text
        st.session_state[key] = text
    typed = st.text_area(label, key=key, height=height, disabled=read_only)
    lines = text.splitlines()
    for mark in diagnostics:
        excerpt = lines[mark.line - 1].strip() if 0 < mark.line <= len(lines) else ""
        rule = f"[{mark.rule}]" if mark.rule else ""
        hint = f"  \nhint: {marked(mark.hint)}" if mark.hint else ""
        place = f"line {mark.line}, {coded(excerpt)}" if excerpt else f"line {mark.line}"
        st.markdown(f"{place}: {mark.severity}{rule} {marked(mark.message)}{hint}")
    if typed == st.session_state[told]:
        return None
    st.session_state[told] = typed
    return EditorEvent(typed, "blur")
