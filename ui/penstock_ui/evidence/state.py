"""Tab: the state that a sync would save, and what the next sync would ask for."""

from __future__ import annotations

import streamlit as st

from penstock.authoring import PenstockError, Redactor, Sample, first_requests
from penstock_ui.problems import show_error
from penstock_ui.session import Session

TITLE = "State & next run"
ORDER = 50


def show(session: Session, sample: Sample) -> None:
    """The last state, then the requests of the next sync; nothing is sent."""
    st.markdown("**State after this test**")
    if sample.reason.startswith("the limit"):
        st.caption("The test ended at a limit; this is the state as if its slices ended there.")
    if not sample.states:
        st.caption("No state yet.")
        return
    st.json(sample.states[-1])
    st.markdown("**Next sync would request**")
    read = session.reads[sample.stream]
    assert session.values is not None
    try:
        config = session.values.config()
        redactor = session.redactor if isinstance(session.redactor, Redactor) else Redactor()
        found = first_requests(session.reading, sample.stream, config, read.sampling.state, redactor)
    except PenstockError as error:
        show_error(error)
        return
    for note in found.notes:
        st.caption(note)
    if not found.requests:
        st.caption("Nothing: the state is at the end.")
        return
    st.dataframe(
        [
            {
                "method": one.method,
                "url": one.url,
                "slice": ", ".join(f"{name}={value}" for name, value in one.slice.items()),
                "after": ", ".join(one.after),
            }
            for one in found.requests
        ],
        hide_index=True,
        width="stretch",
        key="next-requests",
    )
    if found.more:
        st.caption(f"and {found.more:,} more slices")
