"""Tab: the records of a page as they would leave."""

from __future__ import annotations

import json

import streamlit as st

from penstock.authoring import Json, Sample
from penstock_ui.session import Session

TITLE = "Records"
ORDER = 10


def show(session: Session, sample: Sample) -> None:
    """A row for each record; nested values as JSON. All that was read can be downloaded."""
    page = session.kept.get("page")
    if page is None:
        st.caption("No page was read.")
        return
    if page.withheld:
        st.warning(f"{page.withheld:,} records of this page are withheld by a mask.")
    if page.extracted > page.selected:
        st.caption(f"The filter dropped {page.extracted - page.selected:,} of {page.extracted:,} records.")
    if not page.records:
        st.info(
            "There are no records on this page. Open the tab Answer and click the list that holds them.",
            icon=":material/data_array:",
        )
        return
    st.dataframe([_row(record) for record in page.records], width="stretch", height=420, key="records-table")
    lines = "\n".join(json.dumps(record, ensure_ascii=False, default=str) for record in sample.records)
    st.download_button(
        f"Download {len(sample.records):,} records (JSON Lines)",
        lines,
        f"{sample.stream}.jsonl",
        "application/jsonl",
        key="records-download",
    )


def _row(record: Json) -> dict[str, Json]:
    return {
        name: json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else value
        for name, value in record.items()
    }
