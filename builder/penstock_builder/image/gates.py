"""What a connector passes before it becomes an image: no secret in it, no error of the linter, no failing test."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from penstock.authoring import (
    PACKAGED_POLICY,
    Diagnostic,
    PenstockError,
    Reading,
    Span,
    counted,
    find_class_in,
    load_manifest,
    plain,
    policy_beside,
    read_config,
)
from penstock_builder.image.history import history_of
from penstock_builder.image.layout import digest_of
from penstock_builder.image.secret_search import (
    SHORTEST,
    SecretForms,
    in_file,
    in_history,
    secrets_of_config,
    secrets_of_environment,
)
from penstock_builder.lint import lint
from penstock_builder.lint.rule import Finding
from penstock_builder.testing.outcome import CaseResult
from penstock_builder.testing.suite import find_files, read_tests

Json = Any
Gate = Literal["secrets", "lint", "tests"]
GATES: Sequence[Gate] = ("secrets", "lint", "tests")


@dataclass(frozen=True, slots=True)
class Checks:
    """What a build is checked against. A waived gate is looked at all the same, and what it found is recorded."""

    config: Path | None = None
    waived: frozenset[Gate] = frozenset()
    allow_custom_code: bool = False


class RefusedError(PenstockError):
    """An image, or a package, is not made. `problems` are all that stopped it."""

    failure_type = "config_error"

    def __init__(self, problems: Sequence[Diagnostic]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(str(problem) for problem in problems)
        super().__init__(f"nothing is made: {counted(len(problems), 'problem')}\n{lines}")

    def __copy__(self) -> RefusedError:
        return RefusedError(self.problems)


@dataclass(frozen=True, slots=True)
class Passed:
    """What the gates saw. `waivers` are the waived gates with the number of problems that they would have stopped for."""

    findings: tuple[Finding, ...]
    results: tuple[CaseResult, ...]
    tests: Mapping[str, str]
    forms: SecretForms
    waivers: Mapping[Gate, int]
    notes: tuple[str, ...]


def known_secrets(reading: Reading, checks: Checks) -> tuple[SecretForms, list[str]]:
    """The secrets to look for, and notes of what is not looked for."""
    config: Mapping[str, Json] = {} if checks.config is None else read_config(str(checks.config))
    secrets = list(secrets_of_config(config, _specification(reading)))
    short = sum(0 < len(secret.value) < SHORTEST for secret in secrets)
    notes = [f"{counted(short, 'secret')} of the config too short to be looked for"] if short else []
    if checks.config is None:
        notes.append("no --config is given: only secrets of the environment are looked for")
    secrets += secrets_of_environment(os.environ, config)
    return SecretForms(secret for secret in secrets if len(secret.value) >= SHORTEST), notes


def pass_gates(reading: Reading, manifest: Path, files: Mapping[str, bytes], checks: Checks) -> Passed:
    """Look at a connector, whose shipped `files` are by name. Raises RefusedError with all that is wrong."""
    forms, notes = known_secrets(reading, checks)
    leaked = [problem for name, data in files.items() for problem in in_file(forms, name, data)]
    if forms:
        history = history_of(reading.folder)
        leaked += in_history(forms, history)
        notes += history.notes
    findings = tuple(_placed(finding, reading) for finding in lint(reading))
    errors = [one.diagnostic for one in findings if one.diagnostic.severity == "error"]
    tests = find_files(manifest)
    results = _results(manifest, tests, checks)
    if not tests:
        notes.append("there are no recorded cases beside the manifest")
    policy = policy_beside(manifest)
    if policy is not None and PACKAGED_POLICY not in files:
        notes.append(
            f"the masking policy {policy.name} beside the manifest is not in it: --masking puts it in"
        )
    for result in results:  # a report of the tests is attached to the image
        place = f"names of the tests in {_within(result, reading).file}"
        leaked += in_file(forms, place, result.name.encode("utf-8", "surrogatepass"))
    failures = [
        Diagnostic(
            "case-failed",
            f"the case `{forms.shown(result.name)}` fails",
            replace(place, file=forms.shown(place.file)),
            "penstock test tells why",
        )
        for result, place in ((result, _within(result, reading)) for result in results)
        if not result.passed
    ]
    found: Mapping[Gate, list[Diagnostic]] = {"secrets": leaked, "lint": errors, "tests": failures}
    refused = [problem for gate in GATES if gate not in checks.waived for problem in found[gate]]
    if refused:
        raise RefusedError(refused)
    digests = {path.relative_to(manifest.parent).as_posix(): digest_of(path.read_bytes()) for path in tests}
    waivers: dict[Gate, int] = {gate: len(found[gate]) for gate in GATES if gate in checks.waived}
    return Passed(findings, tuple(results), digests, forms, waivers, tuple(notes))


def _results(manifest: Path, files: Sequence[Path], checks: Checks) -> list[CaseResult]:
    if not files:
        return []
    find_class = find_class_in(str(manifest), None, allow_custom_code=checks.allow_custom_code)
    return [
        test.run(load_manifest(str(manifest), find_class=find_class, masking=test.masking))
        for test in read_tests(files)
    ]


def _specification(reading: Reading) -> Json:
    spec = None if reading.root is None else reading.root.get("spec")
    told = None if spec is None else spec.get("connection_specification")
    return {} if told is None else plain(told)


def _placed(finding: Finding, reading: Reading) -> Finding:
    """The finding with its file's name from the connector's folder: the report of a machine is that of any."""
    told = finding.diagnostic
    via = tuple(replace(site, file=_relative(site.file, reading.folder)) for site in told.via)
    span = replace(told.span, file=_relative(told.span.file, reading.folder))
    return replace(finding, diagnostic=replace(told, span=span, via=via))


def _within(result: CaseResult, reading: Reading) -> Span:
    return Span(_relative(str(result.file), reading.folder), result.line, 1)


def _relative(file: str, folder: Path) -> str:
    path = Path(file).resolve()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
