"""Tab: rehearsals: what the stream makes of an API that fails, and what a user would read."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from penstock.authoring import Json, PenstockError, Sample
from penstock_builder.masking import manifest_of
from penstock_builder.testing.faults import all_faults
from penstock_builder.testing.recording import recorded_answers
from penstock_builder.testing.rehearse import Rehearsal, rehearse, unread_limits
from penstock_ui.evidence.bar import chosen_recording
from penstock_ui.evidence.retest import answers_of
from penstock_ui.problems import show_error
from penstock_ui.screens import marked
from penstock_ui.session import Session

TITLE = "Faults"
ORDER = 55
_ALL = ""


def show(session: Session, sample: Sample) -> None:
    """Choose a fault, rehearse it, and read what comes of it."""
    faults = all_faults()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            "What goes wrong",
            [_ALL, *faults],
            format_func=lambda name: faults[name].what if name else f"All {len(faults)} faults",
            key="fault",
        )
        pressed = st.button("Rehearse", key="rehearse", type="primary", icon=":material/bolt:")
    st.caption(_source(session))
    if pressed:
        with st.spinner("Rehearsing …"):
            session.of(session.stream)["rehearsed"] = _rehearsed(
                session, [chosen] if chosen else list(faults)
            )
    found = session.of(session.stream).get("rehearsed")
    if isinstance(found, PenstockError):
        show_error(found)
    elif found is not None:
        _results(found[1], is_old=found[0] != session.opened.text)


def _source(session: Session) -> str:
    if chosen_recording(session) is not None:
        return "Uses the recording; nothing is sent and nothing is waited for."
    if answers_of(session) is not None:
        return "Uses the answers of the last test; the API is asked only for what that test did not ask."
    return "Sends requests to the API; nothing is waited for."


def _rehearsed(session: Session, names: Sequence[str]) -> tuple[str, list[Rehearsal]] | PenstockError:
    """The rehearsals, with the text that they are of; else what keeps them from being made."""
    assert session.values is not None
    recording, answers, text = chosen_recording(session), answers_of(session), session.opened.text
    try:
        manifest = manifest_of(session.opened)
        if recording is not None:
            config, around = dict(recording.setting.config), recorded_answers(recording)
        else:
            config = dict(session.values.config())
            around = answers.around if answers is not None else lambda send: send
        return text, [rehearse(manifest, session.stream, config, name, answers=around) for name in names]
    except PenstockError as error:
        return error


def _results(found: Sequence[Rehearsal], *, is_old: bool) -> None:
    if is_old:
        st.caption(":orange[:material/history:] The manifest changed since; rehearse again.")
    if len(found) > 1 and (told := unread_limits(found)):
        st.caption(f":orange[:material/timer_off:] {told[:1].upper()}{told[1:]}.")
    number = 0
    if len(found) > 1:
        columns: dict[str, list[Json]] = {
            "fault": [one.what for one in found],
            "action": [one.action if one.struck else "not struck" for one in found],
            "recovers": [one.recovered for one in found],
            "wait (s)": [one.wait_seconds for one in found],
            "waits by": [one.waits_by for one in found],
            "decided by": [one.decided_by for one in found],
            "attempts": [one.attempts for one in found],
            "message": [one.message for one in found],
        }
        event = st.dataframe(
            columns,
            hide_index=True,
            width="stretch",
            height=215,
            on_select="rerun",
            selection_mode="single-row-required",
            selection_default={"selection": {"rows": [0]}},
            key=f"rehearsals-{len(found)}",
        )
        rows = event.selection.rows
        number = rows[0] if rows else 0
    _one(found[number])


def _one(one: Rehearsal) -> None:
    """A rehearsal in words."""
    with st.container(border=True, gap="small", key="rehearsal"):
        st.markdown(f"**{marked(one.what[:1].upper() + one.what[1:])}**")
        if one.struck:
            st.markdown("\n".join(f"- {line}" for line in lines_of(one)))
            if one.message:
                st.caption("A user would read:")
                st.code(one.message, language=None, wrap_lines=True)
        if one.hint:
            st.info(marked(one.hint[:1].upper() + one.hint[1:]), icon=":material/lightbulb:")


def lines_of(one: Rehearsal) -> list[str]:
    """What becomes of a fault, in sentences."""
    answered = f"HTTP {one.status}" if one.status is not None else "No answer"
    decided = "nobody, as the answer counts as good" if one.decided_by == "none" else marked(one.decided_by)
    lines = [f"{answered}: **{one.action}**, decided by {decided}"]
    if one.wait_seconds is not None:
        lines.append(f"Waits {one.wait_seconds:g} s before the next attempt, as {one.waits_by} says")
    if one.attempts > 1:
        lines.append(
            f"If it lasts: gives up after {one.attempts} attempts and {one.gives_up_after_seconds:g} s"
        )
    lines.append(f"If it strikes once: {_recovery(one)}")
    return lines


def _recovery(one: Rehearsal) -> str:
    return f"reads on, {one.records:,} records come" if one.recovered else "the stream fails"
