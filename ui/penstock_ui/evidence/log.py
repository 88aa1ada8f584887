"""Tab: what the run said, where it waited, and what it cost."""

from __future__ import annotations

import streamlit as st

from penstock.authoring import Exchange, Json, Sample, counted
from penstock_ui.session import Session

TITLE = "Log"
ORDER = 60


def show(session: Session, sample: Sample) -> None:
    """What it cost, requests and waits over time, records of each slice, and log lines in order of time."""
    sent = [
        *sample.other,
        *(one for slice_ in sample.slices for page in slice_.pages for one in page.exchanges),
    ]
    _cost(sample, sent)
    if sent:
        _over_time(sample, sent)
    if len(sample.slices) > 1:
        _by_slice(sample)
    _lines(sample)


def _cost(sample: Sample, sent: list[Exchange]) -> None:
    skipped = sum(wait.seconds for wait in sample.waits if wait.is_skipped)
    waited = sum(wait.seconds for wait in sample.waits if not wait.is_skipped)
    parts = [
        counted(len(sent), "request"),
        f"{sum(one.answer_bytes for one in sent) / 1000:,.1f} kB of answers",
        f"{sum(one.seconds for one in sent):,.2f} s for answers",
    ]
    if waited:
        parts.append(f"{waited:,.1f} s waited")
    if skipped:
        parts.append(f"{skipped:,.1f} s that a sync would wait, left out here")
    st.caption(" · ".join(parts))


def _over_time(sample: Sample, sent: list[Exchange]) -> None:
    rows: list[tuple[float, float, str]] = [
        (one.at, one.seconds * 1000, f"{one.purpose} {one.stream}".strip()) for one in sent
    ]
    rows += [
        (wait.at, wait.seconds * 1000, "wait, left out" if wait.is_skipped else "wait")
        for wait in sample.waits
    ]
    st.markdown("**Requests and waits over time**")
    st.scatter_chart(
        {
            "at (s)": [row[0] for row in rows],
            "took (ms)": [row[1] for row in rows],
            "what": [row[2] for row in rows],
        },
        x="at (s)",
        y="took (ms)",
        color="what",
        height=190,
    )


def _by_slice(sample: Sample) -> None:
    st.markdown("**Records of each slice**")
    st.bar_chart(
        {
            "slice": [slice_.number for slice_ in sample.slices],
            "records": [sum(len(page.records) for page in slice_.pages) for slice_ in sample.slices],
        },
        x="slice",
        y="records",
        height=170,
    )


def _lines(sample: Sample) -> None:
    rows: list[tuple[float, str, str]] = [(line.at, line.level, line.text) for line in sample.log]
    for wait in sample.waits:
        told = " before another attempt; left out in a test" if wait.is_skipped else ""
        rows.append((wait.at, "WAIT", f"{wait.seconds:g} s{told}"))
    if not rows:
        st.caption("Nothing was said, and nothing was waited for.")
        return
    rows.sort(key=lambda row: row[0])
    columns: dict[str, list[Json]] = {
        "at (s)": [round(row[0], 2) for row in rows],
        "level": [row[1] for row in rows],
        "said": [row[2] for row in rows],
    }
    st.dataframe(columns, hide_index=True, width="stretch", key="log-table")
