"""The tests of a manifest: recordings and cases, found beside it, and run one after the other."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from penstock.authoring import ConfigError, Diagnostic, Manifest, ManifestError, load_file
from penstock_builder.testing.cases import Case, read_cases
from penstock_builder.testing.outcome import CaseResult
from penstock_builder.testing.recording import Recording, replay, updated
from penstock_builder.testing.recording_file import read_recording, write_recording
from penstock_builder.testing.run_case import run_case

CASES_FILE = "cases.yaml"
FOLDER = "cases"


@dataclass(frozen=True, slots=True)
class Test:
    """A recording or case, and the file that it is written in."""

    __test__ = False  # the name is a user's word, and pytest's

    name: str
    file: Path
    what: Recording | Case

    @property
    def line(self) -> int:
        """Where it begins in its file; a recording is all of it."""
        return self.what.line if isinstance(self.what, Case) else 1

    @property
    def masking(self) -> Path | None:
        """The masking policy that it runs under."""
        return self.file.parent / self.what.masking if self.what.masking else None

    def run(self, manifest: Manifest) -> CaseResult:
        """Run it on the manifest."""
        if isinstance(self.what, Recording):
            return replay(manifest, self.what, self.file, self.name)
        return run_case(manifest, self.what, self.file)


def find_files(manifest: Path) -> list[Path]:
    """The files of tests beside a manifest: `cases.yaml`, and what is in the folder `cases`."""
    own = manifest.parent / CASES_FILE
    return [*([own] if own.is_file() else []), *sorted((manifest.parent / FOLDER).glob("*.yaml"))]


def read_tests(files: Iterable[Path]) -> list[Test]:
    """The tests in some files. Raises ManifestError with every problem of every file."""
    tests: list[Test] = []
    problems: list[Diagnostic] = []
    for file in files:
        try:
            tests += _tests_in(file)
        except ManifestError as error:
            problems += error.diagnostics
    if problems:
        raise ManifestError(problems)
    return tests


def _tests_in(file: Path) -> Iterator[Test]:
    if load_file(file).get("recording") is not None:
        yield Test(file.stem, file, read_recording(file))
        return
    for case in read_cases(file):
        yield Test(case.name, file, case)


def update(test: Test, manifest: Manifest, masking: str | None = None) -> bool:
    """Write a recording anew with what its replay comes to; tells whether it could. Raises ConfigError.

    `masking` is the policy that the manifest was given, where it is not the one that the recording names.
    """
    if not isinstance(test.what, Recording):
        return False
    made = updated(manifest, test.what)
    if masking is not None:
        made = replace(made, masking=os.path.relpath(masking, test.file.parent))
    _write(test.file, write_recording(made))
    return True


def file_for(manifest: Path, stream: str, name: str) -> Path:
    """Where the recording of a stream with a name is kept."""
    parts = (re.sub(r"[^A-Za-z0-9_.]+", "-", part).strip("-.") for part in (stream, name))
    return manifest.parent / FOLDER / f"{'-'.join(part for part in parts if part) or 'recording'}.yaml"


def save(recording: Recording, file: Path, *, replace: bool = False) -> None:
    """Write a recording's file.

    Raises ConfigError where there is one already that is not to be replaced, or where it cannot be written.
    """
    if file.exists() and not replace:
        raise ConfigError(f"{file} is there already", hint="give another --name, or replace it with --update")
    _write(file, write_recording(recording))


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {file}: {error.strerror}") from None
