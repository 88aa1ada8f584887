"""Tab: the state that a sync would save, and what the next sync would ask for."""

from __future__ import annotations

import json
from dataclasses import dataclass

import streamlit as st

from penstock.authoring import PenstockError, Preview, Sample
from penstock_builder.testing.next_run import differs, next_requests
from penstock_ui.problems import show_error
from penstock_ui.screens import marked
from penstock_ui.session import Session

TITLE = "State"
ORDER = 50
_MOST_TEXT = 2_000


def show(session: Session, sample: Sample) -> None:
    """The last state, then the requests of the next sync; nothing is sent."""
    if not sample.states:
        st.caption("No state yet: it comes with the end of a slice.")
        return
    _state(sample)
    st.markdown("**The next sync would ask**")
    found = _next(session, sample)
    if found is None:
        return
    for note in found.notes:
        st.caption(marked(note))
    if not found.requests:
        st.caption("Nothing: the state is at the end.")
        return
    st.dataframe(
        {
            "request": [f"{one.method} {one.url}" for one in found.requests],
            "differs in": [differs(one, sample) for one in found.requests],
            "slice": [
                ", ".join(f"{name}={value}" for name, value in one.slice.items()) for one in found.requests
            ],
            "after": [", ".join(one.after) for one in found.requests],
        },
        hide_index=True,
        width="stretch",
        column_order=[
            "differs in",
            "request",
            *(["slice"] if any(one.slice for one in found.requests) else []),
            *(["after"] if any(one.after for one in found.requests) else []),
        ],
        key="next-requests",
    )
    st.caption(
        "The first request of each slice; nothing was sent for this."
        + (f" {found.more:,} more slices follow." if found.more else "")
    )


def _state(sample: Sample) -> None:
    state = sample.states[-1]
    st.markdown("**State after this test**")
    if "__ab_no_cursor_state_message" in state:
        st.caption("Without a cursor there is nothing to go on from: each sync reads all. Set one in Answer.")
        return
    if sample.reason.startswith("the limit"):
        st.caption("The test ended at a limit. This is the state as if its slices ended there.")
    text = json.dumps(state, indent=2, ensure_ascii=False, default=str)
    if len(text) <= _MOST_TEXT:
        st.code(text, language="json")
        return
    st.caption(f"{len(text):,} characters; open it to read.")
    st.json(state, expanded=1)


def _next(session: Session, sample: Sample) -> Preview | None:
    """The requests of the next sync; what keeps them from being told is shown."""
    known: _Told | None = session.kept.get("next-run")
    if known is None or known.sample is not sample or known.text != session.opened.text:
        known = session.kept["next-run"] = _told(session, sample)
    if known.error is not None:
        show_error(known.error)
    return known.preview


@dataclass(frozen=True, slots=True)
class _Told:
    """What the next sync would ask, after a sample and by a text; or why that cannot be told."""

    sample: Sample
    text: str
    preview: Preview | None = None
    error: PenstockError | None = None


def _told(session: Session, sample: Sample) -> _Told:
    assert session.values is not None
    text, sampling = session.opened.text, session.reads[sample.stream].sampling
    try:
        config = session.values.config()
        preview = next_requests(session.reading, sampling, sample, config, session.redactor)
    except PenstockError as error:
        return _Told(sample, text, error=error)
    return _Told(sample, text, preview)
