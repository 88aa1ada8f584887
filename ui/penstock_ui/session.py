"""What one browser tab works on. Widgets show it; nothing is kept in them alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from penstock.authoring import ManifestError, PenstockError, Reading, Redactor, parse_manifest
from penstock_builder.draft import Draft
from penstock_builder.testing.sample import TestRead
from penstock_builder.workspace import TestValues
from penstock_ui.verb import DEMO, FOLDER

Json = Any
_KEY = "penstock"


class Session:
    """The open draft, the values it is tried with, and the test reads that were started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.draft: Draft | None = None
        self.values: TestValues | None = None
        self.redactor = Redactor()
        self.reads: dict[str, TestRead] = {}
        self.epoch = 0
        """Part of every widget's key: a change that did not come from a widget makes them anew."""
        self.problem: PenstockError | None = None
        self.kept: dict[str, Any] = {}
        """What views remember beyond widgets, by names of their own."""

    def open(self, path: Path) -> None:
        """Work on a manifest. Raises PenstockError where it cannot be opened."""
        self.use(Draft.open(path))

    def use(self, draft: Draft) -> None:
        """Work on a draft."""
        self.draft = draft
        self.values = TestValues(draft.path, self.specification)
        self.reads = {}
        self.kept = {}
        self.refresh()

    @property
    def opened(self) -> Draft:
        """The open draft; only asked for by views that need one."""
        assert self.draft is not None
        return self.draft

    @property
    def reading(self) -> Reading:
        """The draft's text as far as it can be read."""
        reading: Reading = self.opened.reading
        return reading

    @property
    def specification(self) -> Mapping[str, Json]:
        """The JSON Schema of the config, `{}` where there is none."""
        tree = self.reading.tree
        spec = tree.part("spec") if tree is not None else None
        told = spec.value("connection_specification") if spec is not None else {}
        return told if isinstance(told, Mapping) else {}

    @property
    def streams(self) -> list[str]:
        """The names of the manifest's own streams."""
        if self.draft is None:
            return []
        tree = self.reading.tree
        found = tree.parts_in("streams") if tree is not None else ()
        return [name for part in found if isinstance(name := part.value("name"), str)]

    @property
    def stream(self) -> str:
        """The stream that is looked at: the address's, else the first."""
        names = self.streams
        asked = st.query_params.get("stream", "")
        return asked if asked in names else next(iter(names), "")

    def refresh(self) -> None:
        """Make every widget anew from the draft."""
        self.epoch += 1

    def key(self, name: str) -> str:
        """The key of a widget that shows a part of the draft."""
        return f"{self.epoch}:{name}"

    def change(self, edit: Callable[[], object], *, from_form: bool = False) -> bool:
        """Make an edit; tells whether it was made. What is wrong with it is shown at the top.

        An edit that a form made leaves the other widgets as they are, so that nobody is interrupted while typing.
        """
        self.problem = None
        try:
            edit()
        except PenstockError as error:
            self.problem = error
            self.refresh()
            return False
        if self.values is not None:
            self.values.specify(self.specification)
        if not from_form:
            self.refresh()
        return True

    def test(self, stream: str, **settings: Any) -> TestRead | None:
        """Begin a test read of a stream. What keeps it from beginning is shown at the top."""
        self.problem = None
        running = self.reads.get(stream)
        if running is not None:
            running.cancel()
        try:
            assert self.values is not None
            manifest = parse_manifest(self.opened.text, self.opened.path.name, self.opened.path.parent)
            read = TestRead(manifest, stream, self.values.config(), redactor=self.redactor, **settings)
        except ManifestError as error:
            self.problem = error
            return None
        except PenstockError as error:
            self.problem = error
            return None
        self.reads[stream] = read.start()
        return read


def current() -> Session:
    """The session of this browser tab; made where there is none."""
    if _KEY not in st.session_state:
        session = Session(Path(os.environ.get(FOLDER) or Path.cwd()))
        st.session_state[_KEY] = session
        _open_what_was_asked_for(session)
    found: Session = st.session_state[_KEY]
    return found


def _open_what_was_asked_for(session: Session) -> None:
    """The demo, the manifest of the command line, or the one that the address names."""
    try:
        if os.environ.get(DEMO):
            from penstock_ui.demo import open_demo

            open_demo(session)
        elif session.folder.is_file():
            path, session.folder = session.folder, session.folder.parent
            session.open(path)
        elif asked := st.query_params.get("manifest"):
            path = (session.folder / asked).resolve()
            if path.is_relative_to(session.folder.resolve()) and path.is_file():
                session.open(path)
    except PenstockError as error:
        session.problem = error
