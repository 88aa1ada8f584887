"""The bar over the evidence: run a test, cancel it, and set where it reads from, where it begins, and how much."""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from penstock.authoring import (
    ConfigError,
    Json,
    PenstockError,
    SampleLimits,
    counted,
    parse_state,
)
from penstock_builder.masking import manifest_of
from penstock_builder.testing.recording import Recording
from penstock_builder.testing.replaying import recordings_of, replaying
from penstock_builder.testing.suite import find_files
from penstock_ui.evidence.retest import test_live
from penstock_ui.screens import literal
from penstock_ui.session import Session

_MOST: Mapping[str, int] = {"slices": 100, "pages": 100, "records": 100_000}
_STARTS: Mapping[str, str] = {
    "none": "None: read all",
    "last": "That of the last test",
    "given": "Pasted JSON",
}
_LIVE = ""


def show(session: Session) -> None:
    """Draw the bar."""
    stream = session.stream
    read = session.reads.get(stream)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="test-bar"):
        if read is not None and not read.snapshot().is_over:
            st.button(
                "Cancel", key="test-cancel", icon=":material/stop:", on_click=read.cancel, shortcut="Esc"
            )
        else:
            st.button(
                "Test",
                key="test-run",
                type="primary",
                icon=":material/play_arrow:",
                on_click=run,
                args=(session,),
                shortcut=None
                if st.query_params.get("tab") == "duckdb_tab"
                else "Ctrl+Enter",  # there it runs SQL
                help="Read the first records of this stream (Ctrl+Enter)",
            )
        with st.popover("Setup", icon=":material/tune:", key="test-setup", help="Source, start and limits"):
            _source(session)
            _start(session)
            _limits(session)
        st.caption(_told(session), width="stretch")


def run(session: Session) -> None:
    """Begin a test read of the stream that is looked at, as the bar says."""
    session.problem = None
    session.of(session.stream).pop("place", None)
    recording = chosen_recording(session)
    if recording is None:
        try:
            saved = start_state(session)
        except PenstockError as error:
            session.problem = error
            return
        test_live(session, saved=saved, limits=_wanted_limits(session))
        return
    try:
        read = replaying(manifest_of(session.opened), recording, session.redactor)
    except PenstockError as error:
        session.problem = error
        return
    session.begin(session.stream, read)


def chosen_recording(session: Session) -> Recording | None:
    """The recording that tests of the stream read; None for the API itself."""
    known = _recordings(session)
    return known.get(_chosen_source(session, known))


def _chosen_source(session: Session, known: Mapping[str, Recording]) -> str:
    """The name of a recording, else `_LIVE`: what was chosen, or the first where that is not there (any more)."""
    asked = session.of(session.stream).get("source")
    return asked if asked in (*known, _LIVE) else next(iter(known), _LIVE)


def _key(session: Session, name: str) -> str:
    """The key of a widget of the bar: another each time that a connector is opened, as what is kept of it is then."""
    return f"{session.kept.setdefault('bar', session.epoch)}:{name}"


def _recordings(session: Session) -> Mapping[str, Recording]:
    """The recordings of the stream by name, read anew where a file changed."""
    manifest, stream = session.opened.path, session.stream
    stamp = (stream, *((file, file.stat().st_mtime_ns) for file in find_files(manifest)))
    known = session.kept.get("recordings")
    if known is None or known[0] != stamp:
        found = recordings_of(manifest, stream)
        known = session.kept["recordings"] = stamp, {file.stem: made for file, made in found.items()}
    found_by_name: Mapping[str, Recording] = known[1]
    return found_by_name


def _source(session: Session) -> None:
    known = _recordings(session)
    if not known:
        st.caption("Tests ask the API. Save a recording to test without it.")
        return
    names = [*known, _LIVE]
    kept = session.of(session.stream)
    key = _key(session, f"test-source:{session.stream}")

    def choose() -> None:
        kept["source"] = st.session_state[key]  # not of a connector that was opened meanwhile

    st.radio(
        "Read from",
        names,
        index=names.index(_chosen_source(session, known)),
        format_func=lambda name: f"Recording {literal(name)}" if name else "The API",
        key=key,
        on_change=choose,
    )


def start_state(session: Session) -> Mapping[str, Json]:
    """The state that a test begins from. Raises ConfigError where what was pasted is none."""
    chosen = session.kept.get("start", "none")
    read = session.reads.get(session.stream)
    if chosen == "last":
        return read.sampling.state if read is not None else {}
    text = session.kept.get("start-text", "").strip()
    if chosen != "given" or not text:
        return {}
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ConfigError(
            "the pasted state is no JSON", hint="paste it in Setup, or begin from no state"
        ) from error
    if isinstance(value, list) or (
        isinstance(value, dict) and value.get("type") in ("STATE", "STREAM", "GLOBAL")
    ):
        return parse_state(value).get(session.stream, {})
    if not isinstance(value, dict):
        raise ConfigError("the pasted state is no object", hint="such as the tab State shows it")
    return value


def _start(session: Session) -> None:
    if chosen_recording(session) is not None:
        return
    chosen = st.radio(
        "Begin from state",
        list(_STARTS),
        index=list(_STARTS).index(session.kept.get("start", "none")),
        format_func=_STARTS.__getitem__,
        key=_key(session, "start-state"),
    )
    session.kept["start"] = chosen
    if chosen == "given":
        session.kept["start-text"] = st.text_area(
            "State", session.kept.get("start-text", ""), height=100, key=_key(session, "start-state-text"),
            placeholder='{"updated_at": "2026-01-31T00:00:00Z"}',
        )  # fmt: skip


def _wanted_limits(session: Session) -> SampleLimits:
    return SampleLimits(**session.kept.get("limits", {}))


def _limits(session: Session) -> None:
    if (recording := chosen_recording(session)) is not None:
        st.caption(f"A recording has its own limits: {_told_limits(recording.setting.limits)}.")
        return
    known = _wanted_limits(session)
    made: dict[str, int | float] = {}
    left, right = st.columns(2)
    named = (("slices", "Slices"), ("pages", "Pages of a slice"), ("records", "Records in all"))
    for column, (name, label) in zip((left, right, left), named, strict=True):
        with column:
            made[name] = int(
                st.number_input(
                    label, 1, _MOST[name], int(getattr(known, name)), key=_key(session, f"limit-{name}")
                )
            )
    with right:
        made["seconds"] = float(
            st.number_input(
                "Seconds in all", 1.0, 600.0, float(known.seconds), 10.0, key=_key(session, "limit-seconds")
            )
        )
    session.kept["limits"] = made


def _told(session: Session) -> str:
    recording = chosen_recording(session)
    if recording is not None:
        return "Replays a recording; sends nothing"
    start = {"none": "", "last": " · from the last state", "given": " · from a given state"}
    return f"Live · up to {_told_limits(_wanted_limits(session))}{start[session.kept.get('start', 'none')]}"


def _told_limits(limits: SampleLimits) -> str:
    parts = counted(limits.slices, "slice"), counted(limits.pages, "page"), f"{limits.records:,} records"
    return ", ".join(parts)
