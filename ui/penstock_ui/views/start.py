"""The first page: how a connector begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from penstock.authoring import ConfigError, PenstockError, counted, read_text
from penstock_builder.beginning import begin
from penstock_builder.importers import starter
from penstock_builder.lint import lint
from penstock_builder.workspace import connectors
from penstock_ui.importing import Found, found_in, show_found
from penstock_ui.problems import show_diagnostics, show_error
from penstock_ui.session import Session

TITLE = "Start"
ICON = ":material/add:"
ORDER = 0

_WAYS = ("OpenAPI", "HAR", "Postman", "URL", "Airbyte manifest", "Open")
_MOST_MEGABYTES = 50


def show(session: Session) -> None:
    """Draw the ways to begin, or what was found in what was given."""
    found: Found | None = session.kept.get("found")
    if found is not None:
        show_found(session, found)
        return
    st.title("New connector", anchor=False)
    paste, other = st.columns(2, gap="large")
    with paste:
        _curl(session)
    with other:
        _others(session)


def _curl(session: Session) -> None:
    text = st.text_area(
        "Paste a curl command",
        key="curl-text",
        height=260,
        placeholder="curl 'https://api.example.com/v1/orders?page=1' -H 'Authorization: Bearer …'",
        help="In a browser: developer tools, Network, right click on a request, Copy as cURL.",
    )
    st.caption(
        "It is read on this machine and not run. A token in it becomes an input; it is not written to disk."
    )
    if st.button("Import", key="curl-import", type="primary", shortcut="Ctrl+Enter"):
        if text.strip():
            _import(session, "curl", text)
        else:
            st.info("Paste a command first. It begins with `curl`.")


def _others(session: Session) -> None:
    way = st.segmented_control(
        "Or begin with", _WAYS, default="OpenAPI", required=True, key="start-way", wrap=True
    )
    if way == "URL":
        _of_url(session)
    elif way == "Airbyte manifest":
        _fork(session)
    elif way == "Open":
        _open(session)
    else:
        _of_file(session, str(way))


def _of_file(session: Session, way: str) -> None:
    form = way.lower()
    kinds = {"har": ["har", "json"], "postman": ["json"]}.get(form, ["json", "yaml", "yml"])
    given = st.file_uploader(
        {
            "openapi": "An OpenAPI document, JSON or YAML",
            "har": "A recording of a browser (HAR)",
            "postman": "A Postman collection",
        }[form],
        kinds,
        key=f"file-{form}",
        max_upload_size=_MOST_MEGABYTES,
        help="It is read on this machine and sent nowhere.",
    )
    if given is not None and st.button("Import", key=f"import-{form}", type="primary"):
        text = _decoded(given.getvalue())
        if text is not None:
            _import(session, form, text)


def _of_url(session: Session) -> None:
    with st.form("url-form", border=False):
        name = st.text_input("Name of the stream", key="url-name", placeholder="orders")
        url = st.text_input("Its address", key="url-url", placeholder="https://api.example.com/v1/orders")
        sent = st.form_submit_button("Begin", key="url-begin", type="primary")
    if sent:
        try:
            session.kept["found"] = Found(starter(name.strip() or "records", url.strip()))
        except PenstockError as error:
            show_error(error)
        else:
            st.rerun()


def _open(session: Session) -> None:
    paths = connectors(session.folder) if session.folder.is_dir() else []
    if not paths:
        st.info(
            "There is no connector in this folder yet. Begin one, or start `penstock ui` in another folder."
        )
    for number, path in enumerate(paths):
        st.button(
            session.address_of(path),
            key=f"open-{number}",
            icon=":material/description:",
            type="tertiary",
            on_click=_opener(session, path),
        )


def _opener(session: Session, path: Path) -> Callable[[], None]:
    def act() -> None:
        session.open(path)

    return act


def _fork(session: Session) -> None:
    given = st.file_uploader("A manifest.yaml", ["yaml", "yml"], key="file-fork", max_upload_size=5)
    pasted = st.text_area("Or paste it", key="fork-text", height=160)
    text = _decoded(given.getvalue()) if given is not None else pasted
    if not text or not text.strip():
        return
    reading = read_text(text, "manifest.yaml", session.folder)
    findings = lint(reading)
    counts = Counter(finding.diagnostic.severity for finding in findings)
    streams = len(reading.tree.parts_in("streams")) if reading.tree is not None else 0
    st.markdown(
        f"{counted(streams, 'stream')}, {counted(counts['error'], 'error')}, "
        f"{counted(counts['warning'], 'warning')}, {counted(counts['note'], 'note')}"
    )
    if reading.can_run:
        st.success("It runs as it is.", icon=":material/check_circle:")
    show_diagnostics(f.diagnostic for f in findings if f.diagnostic.severity != "note")
    name = st.text_input("Name of the connector", "fork", key="fork-name", help="Its folder has this name.")
    if st.button("Open a copy", key="fork-open", type="primary"):
        try:
            path: Path = begin(session.folder, name, text).path
        except PenstockError as error:
            show_error(error)
        else:
            session.open(path, view="problems" if counts["error"] else "inputs")
            st.rerun()


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        show_error(ConfigError("the file is not text in UTF-8"))
        return None


def _import(session: Session, form: str, text: str) -> None:
    try:
        session.kept["found"] = found_in(form, text)
    except PenstockError as error:
        show_error(error)
    else:
        st.rerun()
