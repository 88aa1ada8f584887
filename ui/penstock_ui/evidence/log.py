"""Tab: what the run said, where it waited, and what it cost."""

from __future__ import annotations

import streamlit as st

from penstock.authoring import Sample
from penstock_ui.session import Session

TITLE = "Log & cost"
ORDER = 60


def show(session: Session, sample: Sample) -> None:
    """Log lines and waits in order of time; requests over time."""
    rows = [{"at (s)": round(line.at, 2), "level": line.level, "said": line.text} for line in sample.log]
    rows += [
        {
            "at (s)": round(wait.at, 2),
            "level": "WAIT",
            "said": f"{wait.seconds:g} s"
            + (" to wait before another attempt; not waited in a test" if wait.is_skipped else ""),
        }
        for wait in sample.waits
    ]
    if rows:
        st.dataframe(
            sorted(rows, key=lambda row: row["at (s)"]), hide_index=True, width="stretch", key="log-table"
        )
    else:
        st.caption("Nothing was said, and nothing was waited for.")
    sent = [
        *sample.other,
        *(one for slice_ in sample.slices for page in slice_.pages for one in page.exchanges),
    ]
    if sent:
        st.markdown("**Requests over time**")
        st.bar_chart(
            [
                {"sent at (s)": round(one.at, 2), "milliseconds": one.seconds * 1000, "for": one.purpose}
                for one in sent
            ],
            x="sent at (s)",
            y="milliseconds",
            color="for",
            height=220,
        )
