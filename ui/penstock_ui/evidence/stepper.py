"""Steps through the slices and pages of a test read: what was sent, what was found, and why it ended."""

from __future__ import annotations

import streamlit as st

from penstock.authoring import Json, PageSample, Sample, SliceSample, counted
from penstock_builder.testing.endings import Ending, ending
from penstock_ui.evidence.exchanges import request_line
from penstock_ui.evidence.place import place, places, step_to
from penstock_ui.screens import coded, literal, marked
from penstock_ui.session import Session

_SHOWN = 60


def show(session: Session, sample: Sample) -> None:
    """Draw the stepper."""
    slice_, page = place(session, sample)
    if slice_ is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="stepper"):
        _steps(session, sample, slice_, page)
    if page is not None:
        _told(slice_, page)


def _steps(session: Session, sample: Sample, slice_: SliceSample, page: PageSample | None) -> None:
    known = places(sample)
    here = (slice_.number, page.number if page is not None else 1)
    at = known.index(here) if here in known else -1
    _step(session, sample.stream, "previous", known[at - 1] if at > 0 else None)
    st.markdown(
        f"Page **{page.number}** of {len(slice_.pages)}" if page is not None else "No page", width="content"
    )
    _step(session, sample.stream, "next", known[at + 1] if 0 <= at < len(known) - 1 else None)
    if len(sample.slices) > 1:
        key = f"slice-{sample.stream}-{slice_.number}"

        def choose() -> None:
            number = st.session_state[key]
            if number != slice_.number:  # else nobody touched it, and the page stays
                step_to(session, sample.stream, number)

        st.selectbox(
            "Slice",
            range(1, len(sample.slices) + 1),
            index=slice_.number - 1,
            format_func=lambda number: told_slice(sample.slices[number - 1]),
            key=key,
            on_change=choose,
            label_visibility="collapsed",
        )


def _step(session: Session, stream: str, way: str, to: tuple[int, int] | None) -> None:
    is_next = way == "next"
    st.button(
        "Next page" if is_next else "Previous page",
        key=f"page-{way}",
        icon=f":material/chevron_{'right' if is_next else 'left'}:",
        disabled=to is None,
        on_click=step_to,
        args=(session, stream, *(to or (1, 1))),
        shortcut="Alt+PageDown" if is_next else "Alt+PageUp",
        help="Next page (Alt+PageDown)" if is_next else "Previous page (Alt+PageUp)",
    )


def told_slice(slice_: SliceSample) -> str:
    """A slice in a few words."""
    names = {**slice_.partition, **slice_.window}
    told = ", ".join(f"{name}={value}" for name, value in names.items() if name != "parent_slice")
    mark = " · failed" if slice_.error is not None else ""
    return f"{slice_.number}: {told or 'all'} · {counted(len(slice_.pages), 'page')}{mark}"


def _told(slice_: SliceSample, page: PageSample) -> None:
    """The page's request, its tokens, its records, and how it ended."""
    end = ending(slice_, page)
    with st.container(gap="xxsmall", key="page-told"):
        if page.exchanges:
            st.code(request_line(page.exchanges[-1]), language=None, wrap_lines=True)
        parts = (
            [counted(len(page.records), "record"), f"{page.seconds * 1000:,.0f} ms"] if page.is_over else []
        )
        if len(page.exchanges) > 1:
            parts.append(counted(len(page.exchanges), "attempt"))
        lines = [" · ".join([*parts, *_tokens(page)]), _ended(end)]
        st.caption("  \n".join(line for line in lines if line))
        if end.kind == "loop":
            st.warning(
                f"**Would loop:** {marked(end.told)}.\n\n{marked(end.hint)}", icon=":material/sync_problem:"
            )


def _tokens(page: PageSample) -> list[str]:
    if page.token_path == "none":
        return []
    sent = f"sent **{_short(page.token)}**" if page.token is not None else "sent no token"
    if not page.is_over:
        return [sent]
    found = f"found **{_short(page.following)}**" if page.following else "found no token"
    return [sent, found, f"the token is {literal(page.token_path.replace('`', ''))}"]


def _ended(end: Ending) -> str:
    """How a page ended, in a line; empty where another follows, or where more is to be said."""
    told = marked(end.told[:1].upper() + end.told[1:])
    return {
        "last": f":green[:material/check:] Last page: {marked(end.told)}.",
        "limit": f":orange[:material/content_cut:] The test ends here: {marked(end.told)}.",
        "failed": f":red[:material/error:] {told}",
        "reading": told,
    }.get(end.kind, "")


def _short(value: Json) -> str:
    text = str(value) if len(str(value)) <= _SHOWN else f"{str(value)[: _SHOWN - 1]}…"
    return coded(text) if "://" in text else literal(text)  # as code a URL is no link
