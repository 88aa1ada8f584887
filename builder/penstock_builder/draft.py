"""The manifest under edit: the one source of truth of every screen that shows or changes it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from penstock.authoring import Reading, Span, read_loaded
from penstock_builder.editing.change import with_item, with_moved, with_value, without_value
from penstock_builder.editing.document import Document
from penstock_builder.editing.island import island, with_island
from penstock_builder.editing.links import unlinked
from penstock_builder.editing.places import DraftError, NoSuchPlaceError, SharedPlaceError, parts_of
from penstock_builder.history import History, Revision, Step, Table

Json = Any
T = TypeVar("T")

__all__ = [
    "MINIMAL",
    "Draft",
    "DraftChangedError",
    "DraftError",
    "DraftGoneError",
    "NoSuchPlaceError",
    "Revision",
    "SharedPlaceError",
]

MINIMAL = """\
version: "6.0.0"
type: DeclarativeSource
check:
  type: CheckStream
  stream_names:
    - items
streams:
  - type: DeclarativeStream
    name: items
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: https://api.example.com/items
        http_method: GET
      record_selector:
        type: RecordSelector
        extractor:
          type: DpathExtractor
          field_path: []
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties: {}
spec:
  type: Spec
  connection_specification:
    type: object
    properties: {}
"""
"""A manifest that runs: one stream, from an address to be replaced."""

_MARK = "\ufeff"


class DraftChangedError(DraftError):
    """Another window or program changed the file since this draft read it."""


class DraftGoneError(DraftChangedError):
    """The file is gone; `Draft.write_again` brings it back."""


class _State:
    """One revision in memory; what is read from its text is read once."""

    def __init__(self, step: Step, path: Path, document: Document | None = None) -> None:
        self.step = step
        self.path = path
        self.document = document or Document(step.text, path.name)
        self.known: dict[str, Any] = {}

    @cached_property
    def reading(self) -> Reading:
        return read_loaded(self.document.load, self.path.name, self.path.parent)


class Draft:
    """A manifest under edit: text and tree, undo, redo, and every revision on disk.

    A change saves the file and adds a revision; one that changes nothing does neither. Places are RFC 6901 pointers.
    Edits raise DraftError (NoSuchPlaceError, SharedPlaceError, DraftChangedError) and then leave all as it was.
    """

    def __init__(self, path: Path, text: str, history: History) -> None:
        """Use `Draft.new` or `Draft.open`."""
        self.path = path
        self._history = history
        self._lock = threading.RLock()
        self._bytes = _read_bytes(path)
        with history.writing() as table:
            self._state = _State(_taken_up(table, text), path)

    @classmethod
    def new(cls, folder: Path, name: str = "manifest.yaml", text: str = MINIMAL) -> Draft:
        """Begin a manifest. Raises DraftError where there is such a file."""
        path = folder.resolve() / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(text.encode())
        except FileExistsError:
            raise DraftError(
                f"{path}: there is such a file", hint="open it, or choose another name"
            ) from None
        except OSError as error:
            raise DraftError(f"{path}: cannot be written: {error.strerror}") from None
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Draft:
        """Take up a manifest with its undo and revisions. Raises DraftError where it is no file of UTF-8 text."""
        path = path.resolve()
        return cls(path, _text_of(_read_bytes(path), path), History(path))

    @property
    def text(self) -> str:
        """The manifest as written, line ends included."""
        return self._state.step.text

    @property
    def encoded(self) -> bytes:
        """The file as this draft knows it, its byte order mark included, also where the file is gone."""
        return self._bytes

    @property
    def revision(self) -> int:
        """The number of the revision; it grows with each change, undo included."""
        return self._state.step.number

    @property
    def reading(self) -> Reading:
        """The manifest as far as it can be read; its problems are in `found`."""
        return self._state.reading

    @property
    def document(self) -> Document:
        """The text with its pieces and places."""
        return self._state.document

    def once(self, name: str, make: Callable[[Draft], T]) -> T:
        """What `make` tells of this revision, made once for each."""
        known = self._state.known
        if name not in known:
            known[name] = make(self)
        made: T = known[name]
        return made

    def value(self, pointer: str = "") -> Json:
        """The plain value at a place as it is written: no `$ref` followed, no `$parameters` handed down."""
        return self.document.value(parts_of(pointer))

    def exists(self, pointer: str) -> bool:
        """Whether there is a value at a place."""
        try:
            return self.document.node(parts_of(pointer)) is not None
        except NoSuchPlaceError:
            return False

    def span(self, pointer: str) -> Span:
        """Where the value of a place is written."""
        return self.document.span(parts_of(pointer))

    def yaml(self, pointer: str) -> str:
        """The text of a value at the left edge, with the comments that belong to it."""
        return island(self.document, parts_of(pointer))

    def set(self, pointer: str, value: Json, note: str = "") -> None:
        """Set or add a value; parents that are missing are made. What the old and the new value share stays written."""
        self.change(lambda now: with_value(now, parts_of(pointer), value), note or f"set {pointer}")

    def set_yaml(self, pointer: str, text: str, note: str = "") -> None:
        """Put the edited text of a value back. Raises ManifestError, with places in that text, where it is no YAML."""
        if not pointer:
            return self.replace_text(text, note)
        return self.change(lambda now: with_island(now, parts_of(pointer), text), note or f"edit {pointer}")

    def remove(self, pointer: str, note: str = "") -> None:
        """Remove a key or list item, and the comment on its line; comments above it stay."""
        self.change(lambda now: without_value(now, parts_of(pointer)), note or f"remove {pointer}")

    def append(self, pointer: str, value: Json, note: str = "") -> None:
        """Add an item to the end of a list."""
        self.change(lambda now: with_item(now, parts_of(pointer), value), note or f"add to {pointer}")

    def move(self, pointer: str, from_index: int, to_index: int, note: str = "") -> None:
        """Move a list item; the comments right above it go with it."""
        self.change(
            lambda now: with_moved(now, parts_of(pointer), from_index, to_index), note or f"move in {pointer}"
        )

    def unlink(self, pointer: str, note: str = "") -> None:
        """Put a copy of what a `$ref` or `#/…` leads to in its place; keys beside `$ref` win."""
        self.change(lambda now: unlinked(now, parts_of(pointer)), note or f"unlink {pointer}")

    def replace_text(self, text: str, note: str = "") -> None:
        """Take another whole text, also one that is no YAML. Line feeds alone become the line ends of the file."""
        if "\r\n" in self.text and "\r" not in text:
            text = text.replace("\n", "\r\n")
        self.change(lambda _: Document(text.removeprefix(_MARK), self.path.name), note or "edit as text")

    def change(self, edit: Callable[[Document], Document], note: str) -> None:
        """Make one revision of an edit of the document, or none where its text stays the same."""
        with self._lock:
            made = edit(self.document)
            if made.text != self.text:
                self._save(made.text, note, self.revision, None, made)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return self._kept(self._state.step.back)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undo to take back."""
        return self._kept(self._state.step.forward)

    @property
    def undo_note(self) -> str:
        """What undo would take back; empty where there is nothing."""
        return self.once(
            "undo note", lambda _: self._history.first_note(self.revision) if self.can_undo else ""
        )

    @property
    def redo_note(self) -> str:
        """What redo would do again; empty where there is nothing."""
        forward = self._state.step.forward
        return self.once(
            "redo note", lambda _: self._history.first_note(forward or 0) if self.can_redo else ""
        )

    def undo(self) -> None:
        """Go back to the text before the last change. Does nothing where there is none."""
        with self._lock:
            if self.can_undo:
                to = self._history.step(self._state.step.back or 0)
                self._save(to.text, "undo", to.back, self.revision)

    def redo(self) -> None:
        """Take the last undo back. Does nothing where there is none."""
        with self._lock:
            if self.can_redo:
                to = self._history.step(self._state.step.forward or 0)
                self._save(to.text, "redo", self.revision, to.forward)

    def revisions(self) -> list[Revision]:
        """Every revision that is kept, newest first."""
        return self._history.revisions()

    def text_at(self, number: int) -> str:
        """The text of a revision. Raises NoSuchPlaceError."""
        return self._history.step(number).text

    def restore(self, number: int) -> None:
        """Make the text of a revision the newest one; undo takes it back."""
        text = self.text_at(number)
        self.change(lambda _: Document(text, self.path.name), f"restore {number}")

    def name_revision(self, number: int, name: str) -> None:
        """Name a revision; named ones are kept for good. Raises NoSuchPlaceError."""
        with self._history.writing() as table:
            if not table.name(number, name):
                raise NoSuchPlaceError(f"there is no revision {number}")

    def reload(self) -> None:
        """Take over what another window or program wrote, as a revision that can be undone."""
        with self._lock:
            raw = self._on_disk()
            text = _text_of(raw, self.path)
            with self._history.writing() as table:
                self._begin_anew(table)
                step = _taken_up(table, text)
            self._bytes, self._state = raw, _State(step, self.path)

    def write_again(self) -> None:
        """Bring back a file that is gone. Does nothing where there is one, which the next edit looks at."""
        with self._lock:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("xb") as file:
                    file.write(self._bytes)
            except FileExistsError:
                return
            except OSError as error:
                raise DraftError(f"{self.path}: cannot be written: {error.strerror}") from None

    def require_unchanged(self) -> None:
        """Raise DraftChangedError where the file is not what this draft knows."""
        if self._on_disk() != self._bytes:
            raise self._changed()

    def _changed(self) -> DraftChangedError:
        return DraftChangedError(
            f"{self.path}: another window or program changed the file",
            hint="take its text over, then go on",
        )

    def _on_disk(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            raise DraftGoneError(f"{self.path}: the file is gone", hint="write it again") from None
        except OSError as error:
            raise _unreadable(self.path, error) from None

    def _kept(self, number: int | None) -> bool:
        try:
            return number is not None and self._history.has(number)
        except DraftError:  # somebody deleted the history; the next change begins a new one
            return False

    def _begin_anew(self, table: Table) -> None:
        """Keep this text in a history that was deleted, so that undo leads back to it."""
        if table.latest() is None:
            table.add(self.text, "opened", None, None, number=self.revision)

    def _save(
        self, text: str, note: str, back: int | None, forward: int | None, document: Document | None = None
    ) -> None:
        try:
            raw = (_MARK if self._bytes.startswith(_MARK.encode()) else "").encode() + text.encode()
        except UnicodeEncodeError:
            raise DraftError(
                "the text holds half of a surrogate pair", hint="type that character again"
            ) from None
        with self._history.writing() as table:
            self._begin_anew(table)
            latest = table.latest()
            self.require_unchanged()
            if latest and latest.number != self.revision:
                raise self._changed()
            number = table.add(text, note, back, forward)
            _write_bytes(self.path, raw)
        self._bytes = raw
        self._state = _State(Step(number, text, back, forward), self.path, document)


def _taken_up(table: Table, text: str) -> Step:
    """The newest revision, if it has this text; else a new one."""
    latest = table.latest()
    if latest is not None and latest.text == text:
        return latest
    back = latest.number if latest else None
    number = table.add(text, "changed outside" if latest else "opened", back, None)
    return Step(number, text, back, None)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> DraftError:
    return DraftError(f"{path}: cannot be read: {error.strerror}")


def _text_of(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DraftError(f"{path}:{line}:1: the manifest is not UTF-8 text") from None


def _write_bytes(path: Path, raw: bytes) -> None:
    """Replace the file at once, its mode kept: a reader sees the old text or the new."""
    try:
        mode = path.stat().st_mode
        fresh = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
        try:
            fresh.write_bytes(raw)
            fresh.chmod(mode & 0o7777)
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DraftError(f"{path}: cannot be written: {error.strerror}") from None
