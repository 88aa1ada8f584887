"""Tab: why this page was asked for: login, parents, slice and pages, as a tree."""

from __future__ import annotations

import streamlit as st

from penstock.authoring import Sample, counted
from penstock_builder.testing.chain import Step, chain
from penstock_ui.evidence.place import place
from penstock_ui.session import Session

TITLE = "Why"
ORDER = 70
_INDENT = "\u2003"


def show(session: Session, sample: Sample) -> None:
    """Draw the tree, and the address of each request that is not the page's own."""
    slice_, page = place(session, sample)
    steps = chain(sample, slice_.number if slice_ is not None else 0, page.number if page is not None else 1)
    if not steps:
        st.caption("No request was sent yet.")
        return
    st.caption("What led to this page, from the top down.")
    st.code("\n".join(map(_told, steps)), language=None, wrap_lines=True)
    if sample.other:
        with st.expander(f"{counted(len(sample.other), 'request')} beside the pages"):
            st.dataframe(
                {
                    "for": [f"{one.purpose} {one.stream}".strip() for one in sample.other],
                    "request": [f"{one.method} {one.url}" for one in sample.other],
                    "status": [one.status for one in sample.other],
                    "took (ms)": [round(one.seconds * 1000) for one in sample.other],
                },
                hide_index=True,
                width="stretch",
                key="other-requests",
            )


def _told(step: Step) -> str:
    lead = f"{_INDENT * (step.depth - 1)}└ " if step.depth else ""
    ended = f"→ {step.status}" if step.status else ""
    took = f"{step.seconds * 1000:,.0f}\u00a0ms" if step.request else ""
    parts = [part for part in (step.request, ended, step.told, took) if part]
    return f"{lead}{step.what}: {'  '.join(parts)}"
