"""Tab: the records of a page as they would leave, and what masks made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Literal

import streamlit as st

from penstock.authoring import Json, PageSample, Sample
from penstock_builder.testing.before_after import masked_values, shape, told_after
from penstock_ui.evidence.place import place
from penstock_ui.session import Session

TITLE = "Records"
ORDER = 10
_CLEAR = "clear-values"
_MOST_ROWS = 2_000
_FEW = 9


def show(session: Session, sample: Sample) -> None:
    """A row for each record; nested values as JSON. All that was read can be downloaded."""
    slice_, page = place(session, sample)
    if slice_ is None or page is None:
        st.caption("Reading …" if not sample.is_over else "No page was read.")
        return
    with st.container():
        _left_out(page)
    if not page.records and not page.withheld:
        _empty(page)
        return
    pairs = session.reads[sample.stream].sampling.page_pairs(slice_.number, page.number)
    fields = _masked_fields(pairs)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="records-bar"):
        view = st.segmented_control(
            "Show",
            ["records", "masks"],
            default="records",
            required=True,
            format_func=lambda name: "As they leave" if name == "records" else "Before and after",
            key="records-view",
            label_visibility="collapsed",
        )
        wanted = st.text_input(
            "Find", key="records-find", placeholder="Find in this page", label_visibility="collapsed"
        )
        lines = "\n".join(json.dumps(record, ensure_ascii=False, default=str) for record in sample.records)
        st.download_button(
            "All",
            lines,
            f"{sample.stream}.jsonl",
            "application/jsonl",
            key="records-download",
            icon=":material/download:",
            help=f"Download {len(sample.records):,} records of this test as JSON Lines, as they leave",
            on_click="ignore",
        )
    if view == "masks":
        _before_and_after(pairs, wanted)
    else:
        _table(page.records, fields, wanted)


def _left_out(page: PageSample) -> None:
    if page.withheld:
        st.warning(f"Masks hold back {page.withheld:,} records of this page.", icon=":material/lock:")
    if page.extracted > page.selected:
        dropped = page.extracted - page.selected
        st.caption(f"The filter drops {dropped:,} of {page.extracted:,} records of this page.")


def _empty(page: PageSample) -> None:
    if not page.is_over:
        st.caption("Reading …")
    elif page.extracted:
        st.info("The filter drops every record of this page.", icon=":material/filter_alt:")
    else:
        st.info(
            "No records on this page. In **Answer**, click the list that holds them.",
            icon=":material/data_array:",
        )


def _masked_fields(pairs: Iterable[tuple[Json, Json]]) -> set[str]:
    """The fields of the top level in which a mask changed something."""
    return {
        change.path.partition(".")[0].partition("[")[0]
        for before, after in pairs
        if after is not None
        for change in masked_values(before, after)
    }


def _table(records: Sequence[Json], masked: set[str], wanted: str) -> None:
    rows = [_row(record) for record in records]
    if wanted:
        rows = [
            row for row in rows if any(wanted.casefold() in str(value).casefold() for value in row.values())
        ]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {
        name: st.column_config.Column(f"🔒 {name}", help="A mask changes this field")
        for name in names
        if name in masked
    }
    st.dataframe(
        rows,
        width="stretch",
        height=_height(rows),
        hide_index=True,
        column_config=columns,
        key="records-table",
    )


def _height(rows: Sequence[Json]) -> int | Literal["auto"]:
    """Pixels: as high as a few rows need, else what leaves the pane in sight."""
    return 360 if len(rows) > _FEW else "auto"


def _row(record: Json) -> dict[str, Json]:
    return {
        name: json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else value
        for name, value in record.items()
    }


def _before_and_after(pairs: Sequence[tuple[Json, Json]], wanted: str) -> None:
    """A row for each value that a mask changed."""
    is_clear = st.toggle(
        "Show clear values on this screen",
        key=_CLEAR,
        help="Until you switch it off. They come from the memory of this test, are not stored, and are in no download.",
    )
    if is_clear:
        st.warning("Clear values are on the screen.", icon=":material/visibility:")
    rows: dict[str, list[Json]] = {"record": [], "field": [], "before": [], "after": []}
    for number, (before, after) in enumerate(pairs, 1):
        for change in masked_values(before, after):
            if wanted and wanted.casefold() not in change.path.casefold():
                continue
            rows["record"].append(number)
            rows["field"].append(change.path or "(whole record)")
            rows["before"].append(told_after(change.before) if is_clear else shape(change.before))
            rows["after"].append(told_after(change.after))
    if not rows["record"]:
        st.info(
            "No mask changes anything here. In **Answer**, click a field and choose Mask.",
            icon=":material/lock_open:",
        )
        return
    rows = {name: values[:_MOST_ROWS] for name, values in rows.items()}
    st.dataframe(rows, width="stretch", height=_height(rows["record"]), hide_index=True, key="masks-table")
