"""Errors as the builder shows them: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from penstock.authoring import Diagnostic, ManifestError, PenstockError
from penstock_builder.draft import DraftChangedError, DraftGoneError
from penstock_ui.rail import go
from penstock_ui.screens import marked
from penstock_ui.session import Session

_MOST = 8


def show_problem(session: Session) -> None:
    """What went wrong with the last thing that was tried."""
    problem = session.problem
    if problem is not None:
        with st.container(key="problem"):
            show_solvable(session, problem)


def show_solvable(session: Session, problem: PenstockError, where: str = "") -> None:
    """An error, and the button that ends it, if there is one; `where` begins its key."""
    show_error(problem)
    if isinstance(problem, DraftGoneError):
        st.button(
            "Write it again",
            key=f"{where}write-again",
            icon=":material/save:",
            on_click=session.changing(session.opened.write_again),
            help="As the builder knows it; undo goes on.",
        )
    elif isinstance(problem, DraftChangedError):
        st.button(
            "Take it over",
            key=f"{where}reload",
            icon=":material/sync:",
            on_click=session.changing(session.opened.reload),
            help="One step, which undo takes back.",
        )


def show_error(problem: PenstockError) -> None:
    """An error, with its hint; of a manifest, all that was found."""
    if isinstance(problem, ManifestError):
        show_diagnostics(problem.diagnostics)
        return
    text = marked(problem.message)
    st.error(f"{text}\n\n{marked(problem.hint)}" if problem.hint else text, icon=":material/error:")


def show_unreadable(session: Session) -> None:
    """A text whose components nobody knows: what is wrong with it, and the way there."""
    found = [told for told in session.reading.found if told.severity == "error"]
    st.info("The text cannot be shown as forms until this is put right.", icon=":material/code:")
    show_diagnostics(found)
    line = found[0].span.line if found else 1
    st.button(
        f"Open line {line}", key="to-text", icon=":material/arrow_forward:", type="primary",
        on_click=go, args=("text",), kwargs={"line": str(line)},
    )  # fmt: skip


def show_diagnostics(found: Iterable[Diagnostic]) -> None:
    """Problems of a manifest, the first few in full."""
    listed = list(found)
    for diagnostic in listed[:_MOST]:
        show = st.error if diagnostic.severity == "error" else st.warning
        text = f"Line {diagnostic.span.line}: {marked(diagnostic.message)} `{diagnostic.rule}`"
        show(f"{text}\n\n{marked(diagnostic.hint)}" if diagnostic.hint else text)
    if len(listed) > _MOST:
        st.caption(f"and {len(listed) - _MOST} more")
