"""The tests beside the manifest: recordings of reads, and cases by hand. Running them sends nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from penstock.authoring import ConfigError, Json, PenstockError, counted, policy_beside
from penstock_builder.testing.recording import Recording, in_order, recording_of
from penstock_builder.testing.suite import Test, file_for, find_files, read_tests, save, update
from penstock_builder.testing.template import add_case, case_template
from penstock_ui import outcomes
from penstock_ui.problems import show_error
from penstock_ui.screens import coded, literal
from penstock_ui.session import Session

TITLE = "Tests & recordings"
ICON = ":material/fact_check:"
ORDER = 50

_SAYS: Mapping[bool | None, str] = {True: "passed", False: "failed", None: "not run"}


def show(session: Session) -> None:
    """Draw the tests and how they went, one of them in full, and the ways to make one."""
    st.title("Tests & recordings", anchor=False)
    try:
        tests = read_tests(find_files(session.opened.path))
    except PenstockError as error:
        show_error(error)
        tests = []
    listed, chosen = st.columns([6, 5], gap="large")
    with listed:
        with st.container():
            _told(session)
        with st.container():
            _list(session, tests)
        _record(session)
        _write_case(session)
    with chosen:
        if tests:
            _one(session, tests)


def _told(session: Session) -> None:
    """What the last step came to."""
    told = session.kept.pop("tests told", "")
    if told:
        st.success(told, icon=":material/check_circle:")


def _list(session: Session, tests: Sequence[Test]) -> None:
    if not tests:
        st.info(
            "There is no test yet. Test a stream and save that read as a recording: it is replayed without a network "
            "from then on.",
            icon=":material/fact_check:",
        )
        return
    results = [outcomes.outcome(session, test) for test in tests]
    passed = [result.passed if result is not None else None for result in results]
    failed = passed.count(False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Run all",
            key="tests-run",
            type="primary",
            icon=":material/play_arrow:",
            on_click=outcomes.run,
            args=(session, tests),
            help="Nothing is sent: answers are those of the tests.",
        )
        parts = [counted(len(tests), "test")]
        parts += [f"{passed.count(True)} passed"] if any(passed) else []
        parts += [f":red[{failed} failed]"] if failed else []
        st.markdown(" · ".join(parts))
    st.dataframe(
        [
            {
                "Outcome": _SAYS[result.passed if result is not None else None],
                "Test": test.name,
                "Stream": test.what.setting.stream,
                "Kind": "recording" if isinstance(test.what, Recording) else "case",
                "Time": f"{result.seconds * 1000:.0f} ms" if result is not None else "",
                "File": test.file.name,
            }
            for test, result in zip(tests, results, strict=True)
        ],
        hide_index=True,
        width="stretch",
        key="tests-table",
        height=min(36 * len(tests) + 40, 300),
    )


def _one(session: Session, tests: Sequence[Test]) -> None:
    """One test: how it went, its differences, its file."""
    by_key = {outcomes.key_of(test): test for test in tests}
    results = {key: outcomes.outcome(session, test) for key, test in by_key.items()}
    first_failed = next(
        (key for key, result in results.items() if result is not None and not result.passed),
        next(iter(by_key)),
    )
    keys = list(by_key)
    chosen = st.selectbox(
        "Test",
        keys,
        keys.index(first_failed),
        format_func=lambda key: by_key[key].name,
        key=f"tests-chosen-{first_failed}",
    )
    test = by_key[chosen]
    is_recording = isinstance(test.what, Recording)
    result = results[chosen]
    with st.container(horizontal=True):
        st.button(
            "Run",
            key="test-run-one",
            icon=":material/play_arrow:",
            on_click=outcomes.run,
            args=(session, [test]),
        )
        if is_recording:
            st.button(
                "Update",
                key="test-update",
                icon=":material/published_with_changes:",
                disabled=result is None or result.passed,
                on_click=_update,
                args=(session, test),
                help="Writes anew what the recording expects: look at the differences first.",
            )
        with st.popover(
            "Delete", icon=":material/delete:", key="test-delete-open", disabled=not is_recording
        ):
            st.markdown(f"Delete {coded(test.file.name)}? The file is gone then.")
            st.button(
                "Delete the recording",
                key="test-delete",
                type="primary",
                on_click=_delete,
                args=(session, test),
            )
    if not is_recording:
        st.caption(f"By hand, in {literal(test.file.name)}, line {test.what.line}: edit it there.")  # type: ignore[union-attr]  # a Case
    if result is not None and result.passed:
        st.success(f"Passed in {result.seconds * 1000:.0f} ms.", icon=":material/check_circle:")
    elif result is not None:
        st.error(f"Failed: {counted(len(result.problems), 'difference')}.", icon=":material/error:")
        st.code(
            "\n".join(result.problems),
            language=None,
            wrap_lines=True,
            height=260 if len(result.problems) > 6 else "content",
        )
    st.caption(literal(test.file.relative_to(session.opened.path.parent).as_posix()))
    st.code(test.file.read_text(encoding="utf-8"), language="yaml", height=360)


def _update(session: Session, test: Test) -> None:
    session.problem = None
    try:
        update(test, outcomes.manifest_for(session, test))
    except PenstockError as error:
        session.problem = error
        return
    session.kept["tests told"] = f"{literal(test.file.name)} is written anew."
    outcomes.run(session, read_tests([test.file]))


def _delete(session: Session, test: Test) -> None:
    test.file.unlink(missing_ok=True)
    session.kept["tests told"] = f"{literal(test.file.name)} is deleted."


def _record(session: Session) -> None:
    """Save a finished test read as a recording."""
    reads = [name for name, read in session.shown_reads.items() if read.snapshot().is_over]
    with st.expander(
        "Save the last test as a recording", icon=":material/fiber_manual_record:", expanded=bool(reads)
    ):
        if not reads:
            st.caption("Test a stream first; its requests and answers become the recording.")
            if session.reads:
                st.caption("Masks have changed since the tests: a recording is made of what leaves now.")
            return
        with st.form("record-form", border=False):
            left, right = st.columns(2)
            stream = left.selectbox("Stream", reads, key="record-stream")
            name = right.text_input("Name", key="record-name", placeholder="two pages")
            st.caption(
                "Secrets and the values of masked fields become stand-ins, and so do e-mail addresses, telephone numbers "
                "and the like. A name in a field without a mask stays: mask first."
            )
            if st.form_submit_button("Save", key="record-save", icon=":material/save:"):
                _save(session, stream, name.strip())
                st.rerun()


def _save(session: Session, stream: str, name: str) -> None:
    session.problem = None
    sampling = session.reads[stream].sampling
    file = file_for(session.opened.path, stream, name)
    try:
        if file.exists():
            raise ConfigError(f"{file.name} is there already", hint="give another name, or delete that test")
        masking = _policy_from(session, file)
        recording = recording_of(sampling, masking=masking)
        save(recording, file)
    except PenstockError as error:
        session.problem = error
        return
    held = f"{counted(len(recording.exchanges), 'request')} and {counted(len(recording.expected.records), 'record')}"
    scrubbed = _scrubbed(sampling.given[0], recording.setting.config)
    session.kept["tests told"] = (
        f"{literal(file.name)} holds {held}. {scrubbed} Look through it before you share it."
    )


def _policy_from(session: Session, file: Path) -> str:
    """The policy that the read was under, from the recording's file."""
    import os

    policy = policy_beside(session.opened.path)
    return os.path.relpath(policy, file.parent) if policy is not None else ""


def _scrubbed(clear: Json, kept: Json) -> str:
    """Which values of the config are stand-ins."""
    changed = [coded(name) for name, value in clear.items() if kept.get(name) != value]
    return (
        f"Stand-ins for {', '.join(changed)}, and for what is masked."
        if changed
        else "What is masked is stand-ins."
    )


def _write_case(session: Session) -> None:
    """A case by hand, from a template."""
    with st.expander("Write a case by hand", icon=":material/edit_note:"):
        if not session.streams:
            st.caption("The manifest has no stream.")
            return
        stream = st.selectbox("Stream", session.streams, key="case-stream")
        text = st.text_area(
            "Case",
            case_template(session.reading, stream, _path_asked(session, stream)),
            key=f"case-text-{stream}",
            height=300,
            help="What the stream is given, and what must come of it. It is added to cases.yaml.",
        )
        st.button(
            "Add to cases.yaml",
            key="case-add",
            icon=":material/add:",
            on_click=_add_case,
            args=(session, text),
        )


def _add_case(session: Session, text: str) -> None:
    session.problem = None
    try:
        file = add_case(session.opened.path, text)
    except PenstockError as error:
        session.problem = error
        return
    session.kept["tests told"] = f"The case is in {literal(file.name)}."


def _path_asked(session: Session, stream: str) -> str:
    """The path of the first request of the stream's last test."""
    from urllib.parse import urlsplit

    read = session.reads.get(stream)
    exchanges = in_order(read.snapshot()) if read is not None else []
    return urlsplit(exchanges[0].url).path if exchanges else ""
