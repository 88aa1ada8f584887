"""The revisions of a draft on disk: an SQLite file beside it, so that a crash or a second process breaks nothing.

In `.penstock/drafts/<file name>/revisions.sqlite`, texts compressed. Only manifests are kept, never test values.
"""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from penstock_builder.editing.places import DraftError, NoSuchPlaceError
from penstock_builder.own_folder import own_folder, private_folder

MOST_REVISIONS = 500

_TABLE = """create table if not exists revision (
    number integer primary key, moment text not null, note text not null, name text not null,
    back integer, forward integer, text blob not null)"""


@dataclass(frozen=True, slots=True)
class Revision:
    """A text that the draft had: `when` it got it, the `note` on what was done, and a `name` if a person gave one."""

    number: int
    when: datetime
    note: str
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """A revision's text, and the revisions that undo and redo lead to from it (None where there is none)."""

    number: int
    text: str
    back: int | None
    forward: int | None


class History:
    """The revisions of one file. Every method opens the file anew, so any thread may call it."""

    def __init__(self, path: Path) -> None:
        self.folder = own_folder(path) / "drafts" / path.name

    @contextlib.contextmanager
    def writing(self) -> Iterator[Table]:
        """Hold the file alone until the block ends; what was added is kept only if no error left it."""
        private_folder(self.folder)
        with self._connected() as database:
            database.execute("begin immediate")
            database.execute(_TABLE)
            try:
                yield Table(database)
            except BaseException:
                database.execute("rollback")
                raise
            database.execute("commit")

    def revisions(self) -> list[Revision]:
        """Every revision that is kept, newest first."""
        with self._connected() as database:
            return Table(database).revisions()

    def has(self, number: int) -> bool:
        """Whether a revision is kept."""
        with self._connected() as database:
            return Table(database).step(number) is not None

    def step(self, number: int) -> Step:
        """A revision. Raises NoSuchPlaceError."""
        with self._connected() as database:
            found = Table(database).step(number)
        if found is None:
            raise NoSuchPlaceError(
                f"there is no revision {number}", hint="old revisions without a name are dropped"
            )
        return found

    def first_note(self, number: int) -> str:
        """The note of the change that first led to a revision's text, past the undos and redos since."""
        with self._connected() as database:
            table = Table(database)
            notes = {revision.number: revision.note for revision in table.revisions()}
            while notes.get(number) in ("undo", "redo"):
                step = table.step(number)
                if step is None:
                    return ""  # another process dropped it meanwhile
                other = table.step(step.forward if notes[number] == "undo" else step.back)
                origin = (other.back if notes[number] == "undo" else other.forward) if other else None
                if origin is None:
                    return ""
                number = origin
            return notes.get(number, "")

    @contextlib.contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            database = sqlite3.connect(self.folder / "revisions.sqlite", timeout=10, isolation_level=None)
            try:
                database.execute("pragma synchronous = off")  # the manifest itself is the copy that counts
                yield database
            finally:
                database.close()
        except sqlite3.Error as error:
            raise DraftError(
                f"{self.folder}: the revisions cannot be used ({type(error).__name__})",
                hint="move that folder away to begin a new history",
            ) from None


class Table:
    """The revisions while they are held alone."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def latest(self) -> Step | None:
        """The newest revision."""
        row = self._database.execute("select max(number) from revision").fetchone()
        return None if row[0] is None else self.step(row[0])

    def step(self, number: int | None) -> Step | None:
        """A revision; None where it is not kept."""
        row = self._database.execute(
            "select number, text, back, forward from revision where number = ?", (number,)
        ).fetchone()
        return None if row is None else Step(row[0], zlib.decompress(row[1]).decode(), row[2], row[3])

    def add(
        self, text: str, note: str, back: int | None, forward: int | None, number: int | None = None
    ) -> int:
        """Keep one more revision; gives its number, by default the next. Past the bound, the oldest without a name goes."""
        packed = zlib.compress(text.encode(), 6)
        moment = datetime.now(UTC).isoformat()
        added = self._database.execute(
            "insert into revision (number, moment, note, name, back, forward, text) values (?, ?, ?, '', ?, ?, ?)",
            (number, moment, note, back, forward, packed),
        )
        self._database.execute(
            "delete from revision where number in (select number from revision where name = '' "
            "order by number desc limit -1 offset ?)",
            (MOST_REVISIONS,),
        )
        assert added.lastrowid is not None
        return added.lastrowid

    def name(self, number: int, name: str) -> bool:
        """Name a revision; False where there is none."""
        done = self._database.execute("update revision set name = ? where number = ?", (name, number))
        return done.rowcount > 0

    def revisions(self) -> list[Revision]:
        """Every revision that is kept, newest first."""
        rows = self._database.execute("select number, moment, note, name from revision order by number desc")
        return [Revision(row[0], datetime.fromisoformat(row[1]), row[2], row[3]) for row in rows]
