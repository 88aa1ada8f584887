"""What was read, in DuckDB, over the whole width; and a sync into a DuckDB file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from penstock.authoring import ConfigError, PenstockError, counted
from penstock_builder.masking import manifest_of
from penstock_ui import asking
from penstock_ui.problems import show_error
from penstock_ui.screens import coded, literal, marked
from penstock_ui.session import Session

if TYPE_CHECKING:
    from penstock_builder.data.syncing import Progress, Sync

TITLE = "Data"
ICON = ":material/database:"
ORDER = 40

_READS = "Test reads of this session"


def show(session: Session) -> None:
    """Draw the sync, and the tables of what is chosen: the test reads, or a file."""
    from penstock_builder.data.database import files_beside

    st.title("Data", anchor=False)
    running = session.syncs.get(session.opened.path)
    runs = running is not None and not running.progress().ended
    by_name = {file.name: file for file in files_beside(session.opened.path)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = st.selectbox(
            "Ask",
            [_READS, *by_name],
            key="data-source",
            width=320,
        )
        _sync_form(session, runs=runs)
    chosen = by_name.get(asked)
    if running is not None:
        _sync_told(session, running, runs=runs)
    if runs and chosen is not None:
        st.info("The file can be asked when the sync is over.")
        return
    try:
        opened = asking.database(session, chosen)
    except PenstockError as error:
        show_error(error)
        return
    if opened is None:
        _nothing(session, "choose a file above" if by_name else "a sync makes a file to ask")
        return
    asking.show(session, opened, first=session.stream, wide=True)


def _nothing(session: Session, otherwise: str) -> None:
    if session.reads and not session.shown_reads:
        told = "Masks have changed since the tests. Test again to ask what leaves now"
    else:
        told = "Nothing was tested in this session yet. Test a stream, or sample all of them in Masking"
    st.info(f"{told}; {otherwise}.", icon=":material/database:")


def _sync_form(session: Session, *, runs: bool) -> None:
    with (
        st.popover(
            "Sync into DuckDB",
            icon=":material/sync:",
            key=f"sync-open-{session.kept.get('syncs', 0)}",
            disabled=runs or not session.streams,
        ),
        st.form("sync-form", border=False),
    ):
        streams = st.multiselect("Streams", session.streams, session.streams, key="sync-streams")
        name = st.text_input("File", f"{session.name}.duckdb", key="sync-file", help="Beside the manifest.")
        st.caption("As `penstock sync`: only what is new is read, and all is masked on its way.")
        if st.form_submit_button("Sync", key="sync-run", type="primary", icon=":material/sync:"):
            _begin(session, streams, name.strip())
            st.rerun()


def _begin(session: Session, streams: list[str], name: str) -> None:
    from penstock_builder.data.syncing import Sync

    running = session.syncs.get(session.opened.path)
    if running is not None and not running.progress().ended:
        return  # a second click
    assert session.values is not None
    session.problem = None
    try:
        if not streams:
            raise ConfigError("choose a stream to sync")
        if not name.endswith(".duckdb") or Path(name).name != name:
            raise ConfigError("the file's name ends in `.duckdb` and has no folder")
        if missing := session.values.missing():
            raise ConfigError(f"no value is set for {', '.join(missing)}", hint="set it in Inputs")
        manifest = manifest_of(session.opened)
        config = session.values.config()
    except PenstockError as error:
        session.problem = error
        return
    asking.release(session)
    path = session.opened.path.parent / name
    session.kept["syncs"] = session.kept.get("syncs", 0) + 1
    session.syncs[session.opened.path] = Sync(manifest, config, path, streams, session.redactor).start()


def _sync_told(session: Session, running: Sync, *, runs: bool) -> None:
    with st.container(border=True, key="sync-progress"):
        if runs:
            st.button("Cancel", key="sync-cancel", icon=":material/stop:", on_click=running.cancel)
            _watch(running)
            return
        progress = running.progress()
        if progress.error is not None:
            show_error(progress.error)
        else:
            _ended(running, progress)
        for warning in progress.warnings:
            st.warning(marked(warning), icon=":material/warning:")
        st.button("Close", key="sync-close", type="tertiary", on_click=_close, args=(session,))


def _close(session: Session) -> None:
    session.syncs.pop(session.opened.path, None)


@st.fragment(run_every=0.4)
def _watch(running: Sync) -> None:
    progress = running.progress()
    if progress.ended:
        st.rerun()
    for stream in progress.streams:
        told = "done" if stream.is_over else stream.slice
        st.markdown(f"**{literal(stream.name)}** {counted(stream.records, 'record')} :gray[{literal(told)}]")


def _ended(running: Sync, progress: Progress) -> None:
    icon = ":material/check_circle:" if progress.ended == "all is synced" else ":material/error:"
    st.markdown(f"{icon} **{literal(progress.ended)}** in {coded(running.path.name)}")
    st.dataframe(
        [
            {
                "Stream": each.name,
                "How": each.mode,
                "Read": each.records,
                "In the table": each.total,
                "Misfits": each.misfits,
                "Outcome": each.error or ("complete" if each.is_complete else "incomplete"),
            }
            for each in progress.streams
        ],
        hide_index=True,
        width="stretch",
        key="sync-summary",
        column_config={
            "Read": st.column_config.NumberColumn(help="Records"),
            "In the table": st.column_config.NumberColumn(help="Rows"),
            "Misfits": st.column_config.NumberColumn(help="Values that did not fit their column"),
        },
    )
