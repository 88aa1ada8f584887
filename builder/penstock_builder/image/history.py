"""What git remembers of a folder, up to the commit that is checked out, whatever the user's git is set to."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from penstock.authoring import ConfigError, counted
from penstock_builder.image.programs import ProgramError, run

FETCH_ALL = "fetch all of it by `git fetch --unshallow`, or `fetch-depth: 0` of GitHub's checkout"

_NO_GIT = "there is no program `git`: what was committed in this folder was not looked through"
_HUNK = re.compile(rb"@@ -\S+ \+(\d+)")
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPES: Mapping[bytes, bytes] = {
    b"a": b"\a",
    b"b": b"\b",
    b"t": b"\t",
    b"n": b"\n",
    b"v": b"\v",
    b"f": b"\f",
    b"r": b"\r",
}
_QUOTED = re.compile(r"'.*'")
_SET_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_DIFF_OPTS")
"""Variables that git gives its hooks, which are of no use in another folder, and one that alters patches."""


@dataclass(frozen=True, slots=True)
class Added:
    """What a commit put into a file: `lines`, of which the first has the number `first` (1-based).

    A file that is new is told once more, with its name alone.
    """

    file: bytes
    first: int
    lines: bytes


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit by the beginning of its digest. A merge comes once for each of its parents."""

    name: str
    message: bytes
    added: tuple[Added, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The commits that changed a folder, the newest first, and notes for the user of what is not in it."""

    commits: tuple[Commit, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LastChange:
    """The time of the last commit that changed a folder, in seconds since 1970.

    `is_sure` unless the history ends with that commit only because no more was fetched.
    """

    seconds: int
    is_sure: bool


def history_of(folder: Path) -> History:
    """All that was committed in a folder. Raises ConfigError where git does not tell it."""
    if _repository(folder) is None:
        return History()
    try:
        head = _head(folder)
        if not head:
            return History()
        listed = _git(folder, "rev-list", "--full-history", head, "--", ".")
        commits = tuple(_commits(folder, listed))
        shallow = _git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except ProgramError:
        return History(notes=(_NO_GIT,))
    seen = counted(len(listed.splitlines()), "commit")
    note = f"the git history here is shallow: {seen} of this folder looked through for secrets; {FETCH_ALL}"
    return History(commits, (note,) if shallow else ())


def last_change(folder: Path) -> LastChange | None:
    """When a folder was last changed, where that is known. Raises ConfigError where git does not tell it."""
    if _repository(folder) is None:
        return None
    try:
        head = _head(folder)
        told = _git(folder, "rev-list", "--max-count=1", "--timestamp", head, "--", ".") if head else b""
        if not told:
            return None
        seconds, commit = told.split()
        shallow = folder / os.fsdecode(_git(folder, "rev-parse", "--git-path", "shallow").rstrip(b"\n"))
        ends = shallow.read_bytes().split() if shallow.is_file() else []
    except ProgramError:
        return None
    return LastChange(int(seconds), commit not in ends)


def _commits(folder: Path, listed: bytes) -> Iterator[Commit]:
    """Commits with their patches. A boundary that nobody can know parts them: files hold any bytes."""
    boundary = secrets.token_hex(16)
    told = _git(
        folder,
        *(
            "diff-tree",
            "--stdin",
            "--always",
            "--root",
            "-m",
            "-p",
            "-U0",
            "--inter-hunk-context=0",
            "--text",
        ),
        *("--no-color", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative", "--encoding=UTF-8"),
        *("--src-prefix=a/", "--dst-prefix=b/", f"--format={boundary}%H%n%B{boundary}"),
        given=listed,
    )
    pieces = told.split(boundary.encode())
    for head, patch in zip(pieces[1::2], pieces[2::2], strict=True):
        commit, _, message = head.partition(b"\n")
        yield Commit(commit.decode()[:12], message, tuple(_added(patch)))


def _added(patch: bytes) -> Iterator[Added]:
    file, first, lines = b"", 0, bytearray()
    for line in (*patch.split(b"\n"), b"@@ end"):
        if line.startswith((b"@@ ", b"diff --git ")) and lines:
            yield Added(file, first, bytes(lines))
            lines = bytearray()
        if line.startswith(b"diff --git "):
            file, first = _file_of(line.removeprefix(b"diff --git ")), 0
        elif line.startswith(b"new file mode "):
            yield Added(file, 1, b"")
        elif (found := _HUNK.match(line)) is not None:
            first = int(found[1])
        elif first and line.startswith(b"+"):
            lines += line[1:] + b"\n"


def _file_of(pair: bytes) -> bytes:
    """The name in `a/name b/name`, which are the same where no renames are looked for; git quotes what is unusual."""
    name = pair[len(pair) // 2 + 1 :]
    if name.startswith(b'"'):
        name = _ESCAPED.sub(_unescaped, name[1:-1])
    return name.removeprefix(b"b/")


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _ESCAPES.get(code, code)


def _repository(folder: Path) -> Path | None:
    """The next folder above that says that it is a git repository."""
    above = folder.resolve()
    return next((one for one in (above, *above.parents) if os.path.lexists(one / ".git")), None)


def _head(folder: Path) -> str:
    """The digest of the commit that is checked out, empty before the first."""
    return _git(folder, "rev-parse", "--revs-only", "HEAD").decode().strip()


def _git(folder: Path, *words: str, given: bytes = b"") -> bytes:
    """Raises ConfigError where git refuses, ProgramError where there is none.

    Only git's plumbing is asked: it heeds few settings of its user, and none that the words given here leave open.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _SET_ELSEWHERE}
    command = ["git", "--no-replace-objects", "-C", str(folder), *words]
    try:
        return run(command, environment=environment, given=given)
    except ProgramError as failure:
        if failure.missing:
            raise
        reason = _QUOTED.sub("'…'", failure.told.partition("\n")[0]) or "it ended with an error"
        raise ConfigError(
            f"git does not tell what was committed in {folder}: {reason}",
            hint="for a folder that is another user's: "
            f"`git config --global --add safe.directory {_repository(folder)}`",
        ) from None
