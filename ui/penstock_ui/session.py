"""What one browser tab works on. Widgets show it; nothing is kept in them alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from penstock.authoring import ConfigError, PenstockError, Placed, Reading, Redactor, Sample, listed
from penstock_builder.draft import Draft
from penstock_builder.lint import lint
from penstock_builder.lint.rule import Finding
from penstock_builder.masking import manifest_of
from penstock_builder.masks_in_force import Masks, masks_in_force
from penstock_builder.testing.sample import TestRead
from penstock_builder.workspace import TestValues
from penstock_ui.verb import DEMO, FOLDER

if TYPE_CHECKING:
    from penstock_builder.data.syncing import Sync

Json = Any
_KEY = "penstock"
_MANIFESTS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Stepped:
    """What undo or redo just did: which of them, the note of the change, the texts around it, and the view it was in."""

    way: str
    note: str
    before: str
    after: str
    view: str


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test read reads by: the manifest's text, what masks its stream, and whether that is one of the manifest's."""

    text: str
    masks: Masks | None
    is_own: bool


class Session:
    """The open draft, the values it is tried with, and the test reads that were started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.draft: Draft | None = None
        self.values: TestValues | None = None
        self.redactor = Redactor()
        self.reads: Mapping[str, TestRead] = {}
        """By stream. Another mapping after each change, as reads begin in other threads too."""
        self.tested: dict[str, Tested] = {}
        """What each of them reads by."""
        self.meanwhile: dict[str, Sample] = {}
        """What shows of a stream until its read has an answer: nobody clicks into a tree that is gone."""
        self.epoch = 0
        """Part of every widget's key: a change that did not come from a widget makes them anew."""
        self.problem: PenstockError | None = None
        self.kept: dict[str, Any] = {}
        """What views remember beyond widgets, by names of their own."""
        self.syncs: dict[Path, Sync] = {}
        """The last sync of each manifest: it goes on while another connector is open."""
        self.stepped: Stepped | None = None
        """The undo or redo that nothing has followed yet."""
        self._changing = threading.RLock()
        """Held while a read begins or goes, or another connector is opened."""
        self._all_values: dict[Path, TestValues] = {}

    def open(self, path: Path, **place: str) -> bool:
        """Work on a manifest, at a place of it; tells whether it can be opened."""
        self.problem = None
        try:
            draft = Draft.open(path)
        except PenstockError as error:
            self.problem = error
            return False
        self.use(draft)
        st.query_params.from_dict({"manifest": self.address_of(path), **place})
        return True

    def use(self, draft: Draft) -> None:
        """Work on a draft. The values of a connector that was open before are still there."""
        with self._changing:
            self.draft = draft
            self.values = self.values_of(draft.path)
            self.values.specify(self.specification)
            self._leave()

    def values_of(self, manifest: Path) -> TestValues:
        """The values that a manifest is tried with, in this tab."""
        path = manifest.resolve()
        if path not in self._all_values:
            self._all_values[path] = TestValues(path, {})
        return self._all_values[path]

    def close(self) -> None:
        """Work on no manifest: the first page shows how to begin one."""
        with self._changing:
            self.draft = self.values = None
            self._leave()
        st.query_params.from_dict({"view": "start"})

    def _leave(self) -> None:
        if "sample all" in self.kept:
            self.kept["sample all"].cancel()
        for read in self.reads.values():
            read.cancel()
        self.reads = {}
        self.tested = {}
        self.meanwhile = {}
        self.kept = {}
        self.problem = None
        self.stepped = None
        self.refresh()

    def address_of(self, path: Path) -> str:
        """A manifest as the address names it: from the folder."""
        folder, path = self.folder.resolve(), path.resolve()
        return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name

    @property
    def name(self) -> str:
        """The connector's name: that of its folder, or its file where that tells more."""
        path = self.opened.path
        return path.parent.name if path.stem == "manifest" else path.stem

    @property
    def saved_at(self) -> datetime:
        """When the draft was saved, in local time."""
        return self.opened.once("saved at", lambda draft: draft.revisions()[0].when.astimezone())

    @property
    def findings(self) -> list[Finding]:
        """What the linter finds in the draft."""
        return self.opened.once("findings", lambda draft: lint(draft.reading))

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

    @property
    def part(self) -> Placed | None:
        """The stream that is looked at, as a component; None where it cannot be read."""
        tree = self.reading.tree
        found = tree.parts_in("streams") if tree is not None else ()
        return next((part for part in found if part.value("name") == self.stream), None)

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
        self.stepped = None
        try:
            edit()
        except PenstockError as error:
            self.problem = error
            self.refresh()
            return False
        if self.values is not None:
            self.values.specify(self.specification)
        self._drop_reads()
        if not from_form:
            self.refresh()
        return True

    def _drop_reads(self) -> None:
        """Drop the reads of streams that the manifest had, and has no more. A text that does not read tells nothing."""
        with self._changing:
            if not self.reads or self.reading.tree is None:
                return
            names = set(self.streams)
            for name in [each for each in self.reads if self.tested[each].is_own and each not in names]:
                self.reads[name].cancel()
                self.reads = {each: read for each, read in self.reads.items() if each != name}
                self.tested.pop(name)
                self.meanwhile.pop(name, None)
                self.of(name).clear()

    def of(self, stream: str) -> dict[str, Any]:
        """What views remember of a stream, by names of their own; it goes with the stream."""
        found: dict[str, Any] = self.kept.setdefault("streams", {}).setdefault(stream, {})
        return found

    def changing(self, edit: Callable[[], object]) -> Callable[[], None]:
        """`change`, as what a button does."""

        def act() -> None:
            self.change(edit)

        return act

    def undo(self) -> None:
        """Take the last change back."""
        self._step("undo", self.opened.undo_note, self.opened.undo)

    def redo(self) -> None:
        """Make the change again that undo took back."""
        self._step("redo", self.opened.redo_note, self.opened.redo)

    def _step(self, way: str, note: str, step: Callable[[], None]) -> None:
        before, names, stream = self.opened.text, self.streams, self.stream
        if self.change(step) and self.opened.text != before:
            if stream and stream not in self.streams and len(self.streams) == len(names):  # renamed
                st.query_params["stream"] = self.streams[names.index(stream)]
            self.stepped = Stepped(way, note, before, self.opened.text, st.query_params.get("view", ""))

    def test(self, stream: str, meanwhile: Sample | None = None, **settings: Any) -> TestRead | None:
        """Begin a test read of a stream; until it has an answer that of another sample shows.

        What keeps it from beginning is shown at the top.
        """
        self.problem = None
        with self._changing:
            self.meanwhile.pop(stream, None)
            running = self.reads.get(stream)
            if running is not None:
                running.cancel()
            try:
                read = self._read(stream, **settings)
            except PenstockError as error:
                self.problem = error
                return None
            if meanwhile is not None:
                self.meanwhile[stream] = meanwhile
            self.begin(stream, read)
            return read

    def begin(self, stream: str, read: TestRead) -> None:
        """Start a test read by the draft as it is."""
        self._begin(stream, read, self._tested(stream))

    def sampler(self, **settings: Any) -> Callable[[str], TestRead | None]:
        """What begins test reads from another thread: of the connector that is open now, as long as it is.

        It gives None for a stream that is gone by then, or whose read runs: somebody began that. Raises PenstockError.
        """
        draft = self.draft

        def begin(stream: str) -> TestRead | None:
            with self._changing:
                if self.draft is not draft:
                    return None
                running = self.reads.get(stream)
                if running is not None and not running.snapshot().is_over:
                    return None
                tested = self._tested(stream)  # first: an edit meanwhile makes the read look old, not new
                if self.reading.tree is not None and not tested.is_own:
                    return None
                read = self._read(stream, **settings)
                self.meanwhile.pop(stream, None)
                self._begin(stream, read, tested)
                return read

        return begin

    def _read(self, stream: str, **settings: Any) -> TestRead:
        assert self.values is not None
        if missing := self.values.missing():
            raise ConfigError(f"no value is set for {listed(missing)}", hint="set it in Inputs")
        config = self.values.config()
        return TestRead(manifest_of(self.opened), stream, config, redactor=self.redactor, **settings)

    def _tested(self, stream: str) -> Tested:
        return Tested(self.opened.text, masks_in_force(self.opened, stream), stream in self.streams)

    def _begin(self, stream: str, read: TestRead, tested: Tested) -> None:
        with self._changing:
            self.tested[stream] = tested
            self.reads = {**self.reads, stream: read.start()}

    def leaves_otherwise(self, stream: str) -> bool:
        """Whether other values of a stream leave now than its test read shows: its masks have changed since."""
        now = masks_in_force(self.opened, stream)
        return now is not None and stream in self.tested and self.tested[stream].masks != now

    @property
    def shown_reads(self) -> dict[str, TestRead]:
        """The test reads by stream, but those that show what is masked otherwise now."""
        return {name: read for name, read in self.reads.items() if not self.leaves_otherwise(name)}


def current() -> Session:
    """The session of this browser tab, at the place that the address names."""
    if _KEY not in st.session_state:
        session = Session(Path(os.environ.get(FOLDER) or Path.cwd()))
        st.session_state[_KEY] = session
        _open_first(session)
    found: Session = st.session_state[_KEY]
    _follow_address(found)
    return found


def _open_first(session: Session) -> None:
    """What a new tab shows where its address names nothing: the demo, or the manifest of the command line."""
    first = None
    if os.environ.get(DEMO):
        from penstock_ui.demo import prepare_demo

        first = prepare_demo(session)
    elif session.folder.is_file():
        first, session.folder = session.folder, session.folder.parent
    if first is not None and not {"manifest", "view"} & set(st.query_params):
        session.open(first)


def _follow_address(session: Session) -> None:
    """Open what the address names, where that is something else: a link, a kept address, or the way back."""
    asked = st.query_params.get("manifest", "")
    here = session.address_of(session.draft.path) if session.draft is not None else ""
    if asked == here:
        return
    if not asked and st.query_params.get("view") != "start":
        st.query_params["manifest"] = here  # a click was quicker than the address that the browser shows
        return
    if not asked:
        session.close()
        return
    path = _linked(session.folder.resolve(), asked)
    place = {name: st.query_params[name] for name in st.query_params if name != "manifest"}
    if path is None or not session.open(path, **place):
        problem = session.problem or ConfigError(
            "there is no such manifest in this folder", hint="choose one on the left"
        )
        session.close()
        session.problem = problem


def _linked(folder: Path, asked: str) -> Path | None:
    """The manifest in a folder that an address names; None where it names none, or what no manifest is, such as `.env`."""
    path = folder / asked
    try:
        inside = path.resolve().relative_to(folder)
        is_there = path.is_file()
    except (ValueError, OSError):  # outside; a name that no file can have
        return None
    is_hidden = any(part.startswith(".") for part in inside.parts)
    return folder / inside if is_there and not is_hidden and inside.suffix in _MANIFESTS else None
