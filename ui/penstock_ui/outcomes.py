"""How tests went, as long as what they ran on is what is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from penstock.authoring import Manifest, PenstockError, load_policy, parse_manifest
from penstock_builder.testing.outcome import CaseResult
from penstock_builder.testing.suite import Test
from penstock_ui.session import Session

_Ground = tuple[str, tuple[int, ...]]


def key_of(test: Test) -> str:
    """A test among those beside a manifest."""
    return f"{test.file.name}:{test.name}"


def outcome(session: Session, test: Test) -> CaseResult | None:
    """How a test went; None where it did not run since the manifest, its policy or the test has changed."""
    ground, result = _kept(session).get(key_of(test), (None, None))
    return result if ground == _ground(session, test) else None


def run(session: Session, tests: Sequence[Test]) -> None:
    """Run tests; nothing is sent. What keeps them from running is shown at the top."""
    session.problem = None
    try:
        for test in tests:
            ground = _ground(session, test)
            _kept(session)[key_of(test)] = ground, test.run(manifest_for(session, test))
    except PenstockError as error:
        session.problem = error


def manifest_for(session: Session, test: Test) -> Manifest:
    """The draft under the policy that a test names. Raises ManifestError."""
    draft = session.opened
    manifest = parse_manifest(draft.text, draft.path.name, draft.path.parent)
    return replace(manifest, policy=load_policy(test.masking)) if test.masking is not None else manifest


def _kept(session: Session) -> dict[str, tuple[_Ground, CaseResult]]:
    found: dict[str, tuple[_Ground, CaseResult]] = session.kept.setdefault("test results", {})
    return found


def _ground(session: Session, test: Test) -> _Ground:
    """What a test runs on."""
    files = [test.file] if test.masking is None else [test.file, test.masking]
    return session.opened.text, tuple(_changed(file) for file in files)


def _changed(file: Path) -> int:
    return file.stat().st_mtime_ns if file.is_file() else 0
