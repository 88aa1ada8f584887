"""Puts right what can be without a person: position-keeping edits, taken only if the manifest is no worse for them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from penstock.authoring import Reading, read_text
from penstock_builder.edit import applied
from penstock_builder.lint import lint

_ROUNDS = 3
"""A fix may bring out another problem that can be fixed."""


def fixed(text: str, file: str, folder: Path, wanted: Iterable[str] | None = None) -> tuple[str, int]:
    """The text after every safe fix, and how many were made."""
    chosen = None if wanted is None else list(wanted)
    made = 0
    for _ in range(_ROUNDS):
        before = read_text(text, file, folder)
        changed, count = _one_round(before, text, chosen)
        if not count:
            break
        text, made = changed, made + count
    return text, made


def _one_round(before: Reading, text: str, wanted: list[str] | None) -> tuple[str, int]:
    """All fixes together; where that makes an error, each alone as long as it makes none."""
    fixes = [finding.fix for finding in lint(before, wanted) if finding.fix]
    changed, count = applied(text, fixes)
    if _errors(read_text(changed, before.file, before.folder)) <= _errors(before):
        return changed, count
    for fix in fixes:
        changed, count = applied(text, [fix])
        if count and _errors(read_text(changed, before.file, before.folder)) <= _errors(before):
            return changed, count
    return text, 0


def _errors(reading: Reading) -> int:
    return sum(problem.severity == "error" for problem in reading.found)


def fix_file(path: Path, wanted: Iterable[str] | None = None) -> int:
    """Fix a manifest in its place; gives how many fixes were made. Bytes that no fix names stay as they are."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return 0  # the linter says why
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    changed, made = fixed(text.removeprefix(mark), str(path), path.resolve().parent, wanted)
    if made:
        path.write_bytes((mark + changed).encode("utf-8"))
    return made
