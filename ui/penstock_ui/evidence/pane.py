"""The pane beside the editor: run a test read, step through its slices and pages, and look at what each tells."""

from __future__ import annotations

from types import ModuleType

import streamlit as st

from penstock.authoring import Json, PageSample, PenstockError, Sample, SampleLimits, SliceSample
from penstock_builder.testing.sample import TestRead
from penstock_ui.problems import show_error
from penstock_ui.screens import name_of, screens
from penstock_ui.session import Session

_EVERY_SECONDS = 0.3


def show(session: Session) -> None:
    """Draw the pane; while a test read runs it draws itself again and again."""
    with st.container(key="evidence"):
        _controls(session)
        read = session.reads.get(session.stream)
        if read is None:
            st.info("Run a test to see records, requests and answers here.", icon=":material/play_arrow:")
            return
        runs = not read.snapshot().is_over
        st.fragment(_evidence, run_every=_EVERY_SECONDS if runs else None)(session, read, was_running=runs)


def _controls(session: Session) -> None:
    read = session.reads.get(session.stream)
    runs = read is not None and not read.snapshot().is_over
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if runs and read is not None:
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
                shortcut="Ctrl+Enter",
            )
        with st.popover("Limits", icon=":material/tune:"):
            _limits(session)


def run(session: Session) -> None:
    """Begin a test read of the stream that is looked at, within the limits that are set."""
    asked = session.kept.get("limits", {})
    session.kept["page"] = None
    try:
        saved = _start_state(session)
    except PenstockError as error:
        session.problem = error
        return
    session.test(session.stream, saved=saved, limits=SampleLimits(**asked))


def _start_state(session: Session) -> Json:
    """The state that a test begins from: none, or that of the last test."""
    read = session.reads.get(session.stream)
    return read.sampling.state if session.kept.get("from_last_state") and read is not None else {}


def _limits(session: Session) -> None:
    """How much a test read reads, and from where."""
    limits = {name: getattr(SampleLimits(), name) for name in ("slices", "pages", "records")}
    limits |= session.kept.get("limits", {})
    most = {"slices": 100, "pages": 100, "records": 100_000}
    for name, label in (("slices", "Slices"), ("pages", "Pages of a slice"), ("records", "Records in all")):
        limits[name] = int(st.number_input(label, 1, most[name], int(limits[name]), key=f"limit-{name}"))
    limits["seconds"] = float(
        st.number_input(
            "Seconds in all", 1.0, 600.0, float(limits.get("seconds", 60.0)), 10.0, key="limit-seconds"
        )
    )
    session.kept["limits"] = limits
    session.kept["from_last_state"] = st.toggle(
        "Begin from the state of the last test",
        bool(session.kept.get("from_last_state")),
        key="limit-state",
        help="As the next sync would: only what is new is asked for.",
    )


def _evidence(session: Session, read: TestRead, *, was_running: bool) -> None:
    sample = read.snapshot()
    if was_running and sample.is_over:
        st.rerun()  # the rail shows how it ended, and nothing polls any longer
    _summary(sample)
    if sample.error is not None:
        show_error(sample.error)
    slice_ = _chosen_slice(sample)
    page = _chosen_page(slice_) if slice_ is not None else None
    tabs = {name_of(tab): tab for tab in screens("penstock_ui.evidence")}
    chosen = _chosen_tab(tabs)
    session.kept["slice"], session.kept["page"] = slice_, page
    tabs[chosen].show(session, sample)


def _summary(sample: Sample) -> None:
    """What came so far, in one line, and why it ended."""
    pages = [page for slice_ in sample.slices for page in slice_.pages]
    sent = sum(len(page.exchanges) for page in pages) + len(sample.other)
    parts = [
        _count(len(sample.records), "record"),
        _count(len(pages), "page"),
        _count(len(sample.slices), "slice"),
        _count(sent, "request"),
    ]
    if sample.is_over:
        parts.append(f"{sample.seconds:.1f} s")
    skipped = sum(wait.seconds for wait in sample.waits if wait.is_skipped)
    if skipped:
        parts.append(f"{skipped:g} s of waits not waited")
    ended = f"**{sample.reason}**" if sample.is_over else "reading …"
    st.markdown(f"{' · '.join(parts)} · {ended}")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _chosen_slice(sample: Sample) -> SliceSample | None:
    if not sample.slices:
        return None
    if len(sample.slices) == 1:
        return sample.slices[0]
    number = st.selectbox(
        "Slice",
        [slice_.number for slice_ in sample.slices],
        format_func=lambda number: _told_slice(sample.slices[number - 1]),
        key="slice",
    )
    return sample.slices[min(number, len(sample.slices)) - 1]


def _told_slice(slice_: SliceSample) -> str:
    names = {**slice_.partition, **slice_.window}
    told = ", ".join(f"{name}={value}" for name, value in names.items() if name != "parent_slice")
    mark = " · failed" if slice_.error is not None else ""
    return f"{slice_.number}: {told or 'all'} · {_count(len(slice_.pages), 'page')}{mark}"


def _chosen_page(slice_: SliceSample) -> PageSample | None:
    """The page stepper: which page, how it was asked for, and why it was the last."""
    if not slice_.pages:
        return None
    numbers = [page.number for page in slice_.pages]
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = st.segmented_control(
            "Page",
            numbers,
            default=1,
            key=f"page-{slice_.number}-{len(numbers)}",
            label_visibility="collapsed",
        )
        page = slice_.pages[(asked or 1) - 1]
        st.caption(_told_page(page, slice_), width="content")
    return page


def _told_page(page: PageSample, slice_: SliceSample) -> str:
    if not page.is_over:
        return "failed" if slice_.error is not None else "reading …"
    sent = "no token sent" if page.token is None else f"token sent: `{_short(page.token)}`"
    found = f"next token: `{_short(page.following)}`" if page.following else "no next token"
    ended = f" · **stopped: {page.why_last}**" if page.why_last else ""
    is_last = page.number == len(slice_.pages)
    loop = f" · **{slice_.error.message}**" if is_last and slice_.error is not None else ""
    return f"page {page.number} · {sent} · {found}{ended}{loop}"


def _short(value: Json) -> str:
    text = str(value).replace("`", "'")
    return text if len(text) <= 60 else f"{text[:57]}…"


def _chosen_tab(tabs: dict[str, ModuleType]) -> str:
    """The tab that the address names, else the first."""
    asked = st.query_params.get("tab", "")
    names = list(tabs)
    chosen = st.segmented_control(
        "Evidence",
        names,
        default=asked if asked in tabs else names[0],
        format_func=lambda name: tabs[name].TITLE,
        key="evidence-tab",
        label_visibility="collapsed",
    )
    found = chosen or names[0]
    if found != asked:
        st.query_params["tab"] = found
    return found
