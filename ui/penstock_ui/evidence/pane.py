"""The pane beside the editor: run a test read, step through its slices and pages, and look at what each tells."""

from __future__ import annotations

import streamlit as st

from penstock.authoring import PaginationLoopError, Sample, counted
from penstock_builder.testing.endings import advice
from penstock_builder.testing.sample import TestRead
from penstock_ui.addressed import choice
from penstock_ui.evidence import bar, stepper
from penstock_ui.evidence.bar import run
from penstock_ui.problems import show_error
from penstock_ui.rail import go
from penstock_ui.screens import literal, name_of, screens
from penstock_ui.session import Session

__all__ = ["run", "show"]

_EVERY_SECONDS = 0.3

_LOOKS = """<style>
.st-key-test-bar .stButton button, .st-key-test-bar [data-testid="stPopover"] button {min-height: 2.1rem; padding: 0.1rem 0.7rem;}
.st-key-test-bar kbd, .st-key-stepper kbd {display: none;}
.st-key-stepper .stButton button {min-height: 1.9rem; width: 2.2rem; padding: 0;}
.st-key-stepper .stButton button p {display: none;}
.st-key-stepper .stSelectbox {min-width: 0;}
.st-key-evidence .stCode pre {padding: 0.4rem 0.6rem; font-size: 0.8rem;}
.st-key-stepper {padding-top: 0.2rem;}
.st-key-evidence-tab {padding-top: 0.3rem;}
.st-key-evidence-tab button {min-height: 1.8rem; padding: 0.1rem 0.45rem;}
.st-key-evidence-tab button p {font-size: 0.8rem;}
.st-key-summary p {font-size: 0.9rem; margin: 0;}
</style>"""


def show(session: Session) -> None:
    """Draw the pane; while a test read runs it draws itself again and again."""
    st.html(_LOOKS)
    with st.container(key="evidence"):
        bar.show(session)
        read = session.reads.get(session.stream)
        if read is None:
            st.info(
                "Press **Test** to read the first records. Requests, answers, schema and state show here.",
                icon=":material/play_arrow:",
            )
            return
        if session.leaves_otherwise(session.stream):
            st.info(
                "The masks of this stream have changed since the test. Press **Test** to see what leaves now.",
                icon=":material/lock:",
            )
            return
        runs = session.stream in session.kept["running"]  # as the rail has it: what ended since draws both
        drawn = (session.epoch, session.problem, read, runs)
        st.fragment(_evidence, run_every=_EVERY_SECONDS if runs else None)(session, read, drawn)


def _evidence(session: Session, read: TestRead, drawn: tuple[object, ...]) -> None:
    sample = read.snapshot()
    _summary(sample, is_old=session.tested[session.stream].text != session.opened.text)
    with st.container():
        _problem(sample)
    with st.container():
        stepper.show(session, sample)
    tabs = {name_of(tab): tab for tab in screens("penstock_ui.evidence")}
    titles = {name: tab.TITLE for name, tab in tabs.items()}
    tabs[choice("tab", titles, "evidence-tab", "Evidence")].show(session, sample)
    if drawn != (session.epoch, session.problem, session.reads.get(session.stream), not sample.is_over):
        # A click in here changed the draft, or the read is over: the editor and the rail show it. Not before the
        # widgets are drawn: Streamlit forgets what was clicked in those that a run does not come to.
        st.rerun()


def _summary(sample: Sample, *, is_old: bool) -> None:
    """What came so far, in one line, and why it ended; and whether the manifest has changed since it began."""
    pages = [page for slice_ in sample.slices for page in slice_.pages]
    sent = sum(len(page.exchanges) for page in pages) + len(sample.other)
    parts = [f"{len(sample.records):,} record{'' if len(sample.records) == 1 else 's'}"]
    parts += [counted(len(pages), "page")]
    parts += [counted(len(sample.slices), "slice")] if len(sample.slices) > 1 else []
    parts += [counted(sent, "request")]
    if sample.is_over:
        parts.append(f"{sample.seconds:.1f} s")
    skipped = sum(wait.seconds for wait in sample.waits if wait.is_skipped)
    if skipped:
        parts.append(f"{skipped:g} s of waits left out")
    ended = f"**{literal(sample.reason)}**" if sample.is_over else ":material/progress_activity: reading …"
    since = " · :orange[the manifest has changed since]" if is_old else ""
    with st.container(key="summary"):
        st.markdown(f"{' · '.join(parts)} · {ended}{since}")


def _problem(sample: Sample) -> None:
    """What went wrong, and the next step. A loop is told by the stepper."""
    if sample.error is None or isinstance(sample.error, PaginationLoopError):
        return
    show_error(sample.error)
    found = advice(sample)
    if found is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="advice"):
        st.caption(found.told, width="content")
        if found.view == "inputs" and st.button("Open Inputs", key="go-inputs", icon=":material/tune:"):
            go("inputs")
            st.rerun()
