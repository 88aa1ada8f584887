"""What the connector passes, the version that its changes ask for, and the ways to take it along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from penstock.authoring import PenstockError, policy_beside
from penstock_builder.history import Revision
from penstock_builder.masking import Grid
from penstock_builder.publishing import (
    Gate,
    command_lines,
    image_name,
    last_named,
    lint_gate,
    masking_gate,
    next_version,
    package_of,
    tests_gate,
)
from penstock_builder.testing.suite import find_files, read_tests
from penstock_ui import outcomes
from penstock_ui.differences import difference, show_difference
from penstock_ui.policy import known_fields
from penstock_ui.problems import show_error, show_solvable
from penstock_ui.rail import go
from penstock_ui.screens import literal
from penstock_ui.session import Session

if TYPE_CHECKING:
    from penstock_builder.image.metadata import Metadata

TITLE = "Publish"
ICON = ":material/publish:"
ORDER = 80

_MARKS: Mapping[bool | None, str] = {
    True: ":green[:material/check_circle:]",
    False: ":red[:material/error:]",
    None: ":gray[:material/radio_button_unchecked:]",
}
_VIEWS: Mapping[str, str] = {"Lint": "problems", "Tests": "tests", "Masking": "masking"}
_MOST_CHANGES = 8


def show(session: Session) -> None:
    """Draw the checks and the changes, and beside them what can be downloaded and typed."""
    st.title("Publish", anchor=False)
    checked, taken = st.columns([1, 1], gap="large")
    with checked:
        _checks(session)
        named = last_named(session.opened)
        _changes(session, named)
    with taken:
        _take(session, named)


def _checks(session: Session) -> None:
    st.markdown("**Checks**")
    for gate in (lint_gate(session.findings), _tests(session), masking_gate(_fields(session))):
        with st.container(
            horizontal=True, wrap=False, vertical_alignment="center", key=f"gate-{gate.name.lower()}"
        ):
            st.markdown(f"{_MARKS[gate.passed]} **{gate.name}** {literal(gate.told)}", width="stretch")
            st.button(
                "Open",
                key=f"gate-open-{gate.name.lower()}",
                type="tertiary",
                on_click=go,
                args=(_VIEWS[gate.name],),
                help=f"Show {_VIEWS[gate.name]}",
            )
    st.button(
        "Run the tests",
        key="publish-run",
        icon=":material/play_arrow:",
        on_click=_run,
        args=(session,),
        disabled=not find_files(session.opened.path),
        help="Nothing is sent: answers are those of the tests.",
    )


def _run(session: Session) -> None:
    try:
        tests = read_tests(find_files(session.opened.path))
    except PenstockError as error:
        session.problem = error
    else:
        outcomes.run(session, tests)


def _tests(session: Session) -> Gate:
    try:
        tests = read_tests(find_files(session.opened.path))
    except PenstockError:
        return Gate("Tests", passed=False, told="a file of tests does not read")
    known = [result for test in tests if (result := outcomes.outcome(session, test)) is not None]
    return tests_gate(len(tests), known if len(known) == len(tests) else None)


def _fields(session: Session) -> Grid:
    try:
        return known_fields(session)
    except PenstockError:  # lint tells what does not read
        return Grid((), (), "")


def _changes(session: Session, named: Revision | None) -> None:
    if named is None:
        st.markdown("**Changes**")
        st.caption(
            "No revision has a name yet. Name this one, and later changes are told here, with the version that they ask for."
        )
        return
    st.markdown(f"**Changes since {literal(named.name)}**")
    draft = session.opened
    show_difference(draft.text_at(named.number), draft.text, draft.path, _MOST_CHANGES)


def _take(session: Session, named: Revision | None) -> None:
    """Name and version, the downloads, and the command lines."""
    draft = session.opened
    try:
        told = _metadata(session)
        proposed = told.version if told is not None else _proposed(session, named)
    except PenstockError as error:
        show_error(error)
        return
    left, right = st.columns([2, 1])
    name = left.text_input(
        "Name", told.repository if told is not None else image_name(session.name), key="publish-name",
        disabled=told is not None, help="Of the image and the package, such as acme/source-orders.",
    )  # fmt: skip
    version = right.text_input(
        "Version", proposed, key=f"publish-version-{proposed}", disabled=told is not None,
        help="What the changes since the last named revision ask for." if told is None else "metadata.yaml says it.",
    )  # fmt: skip
    _downloads(session, name.strip(), version.strip())
    st.button(
        f"Name this revision {version.strip()}",
        key="publish-name-revision",
        icon=":material/label:",
        type="tertiary",
        on_click=session.changing(lambda: draft.name_revision(draft.revision, version.strip())),
        help="Named revisions are kept for good; the next proposal counts from here.",
    )
    st.markdown("**Command lines**")
    policy = policy_beside(draft.path)
    st.code(
        command_lines(
            session.address_of(draft.path), name.strip(), version.strip(), session.name,
            policy=session.address_of(policy) if policy is not None else "",
        ),
        language="bash", wrap_lines=True,
    )  # fmt: skip
    st.caption(
        "`config.json` holds the values of Inputs; keep it out of the folder. No download holds a value of it."
    )


def _metadata(session: Session) -> Metadata | None:
    """What the file beside the manifest says of the connector, if there is one. Raises ManifestError, ConfigError."""
    from penstock_builder.image.metadata import FILE, read_metadata

    path = session.opened.path.parent / FILE
    return read_metadata(path) if path.is_file() else None


def _proposed(session: Session, named: Revision | None) -> str:
    draft = session.opened
    if named is None:
        return next_version("", "none")
    found = difference(draft.text_at(named.number), draft.text, draft.path)
    return next_version(named.name, found.version.bump)


def _downloads(session: Session, name: str, version: str) -> None:
    draft = session.opened
    with st.container(horizontal=True):
        st.download_button(
            "manifest.yaml", draft.encoded, "manifest.yaml", "application/yaml", key="export-manifest",
            icon=":material/download:", type="primary", on_click="ignore",
        )  # fmt: skip
        try:
            package = package_of(draft, name, version)
        except PenstockError as error:
            problem: PenstockError | None = error
        else:
            problem = None
            st.download_button(
                "Package (zip)", package.data, package.file, "application/zip", key="export-zip",
                icon=":material/folder_zip:", on_click="ignore",
                help="Manifest, schemas, policy and metadata: the files that an image has.",
            )  # fmt: skip
    if problem is not None:
        show_solvable(session, problem, "export-")
