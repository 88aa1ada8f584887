"""What a connector should pass before others run it, since when it changed, and how it is made into one file or image."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from penstock.authoring import ConfigError, counted, policy_beside
from penstock_builder.diff import Bump
from penstock_builder.draft import Draft
from penstock_builder.history import Revision
from penstock_builder.lint.rule import Finding
from penstock_builder.masking import Grid
from penstock_builder.testing.outcome import CaseResult

if TYPE_CHECKING:
    from penstock_builder.package.build import Package

FIRST_VERSION = "0.1.0"
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing to pass. `passed` is None where it was not looked at yet, or there is nothing to look at."""

    name: str
    passed: bool | None
    told: str


def lint_gate(findings: Sequence[Finding]) -> Gate:
    """No error of the linter; warnings are told."""
    counts = [finding.diagnostic.severity for finding in findings]
    errors, warnings = counts.count("error"), counts.count("warning")
    return Gate("Lint", not errors, f"{counted(errors, 'error')}, {counted(warnings, 'warning')}")


def tests_gate(number: int, results: Sequence[CaseResult] | None) -> Gate:
    """Every recorded test passes; `results` are None where the tests did not run on this revision."""
    if not number:
        return Gate("Tests", None, "there is none: save a test read as a recording")
    if results is None:
        return Gate("Tests", None, f"{counted(number, 'test')}, not run since the last change")
    failed = sum(not result.passed for result in results)
    return Gate("Tests", not failed, f"{len(results) - failed} of {counted(number, 'test')} passed")


def masking_gate(found: Grid) -> Gate:
    """No field that looks personal leaves as it is."""
    if not found.fields:
        return Gate("Masking", None, "no field is known: test the streams, or declare their schemas")
    told = f"{found.decided:,} of {counted(len(found.fields), 'field')} decided"
    if found.exposed:
        told += f", {found.exposed:,} that look personal and leave as they are"
    return Gate("Masking", not found.exposed, told)


def last_named(draft: Draft) -> Revision | None:
    """The newest revision that somebody named: what was published last."""
    return next((revision for revision in draft.revisions() if revision.name), None)


def next_version(last: str, bump: Bump) -> str:
    """The version after that of a name such as `v1.2.0`, as semver.org counts; the first one where it holds none."""
    found = _VERSION.search(last)
    if found is None:
        return FIRST_VERSION
    major, minor, patch = (int(part) for part in found.groups())
    following = {
        "none": (major, minor, patch),
        "patch": (major, minor, patch + 1),
        "minor": (major, minor + 1, 0),
        "major": (major + 1, 0, 0),
    }
    return ".".join(map(str, following[bump]))


def image_name(connector: str) -> str:
    """A name for the image of a connector, to be changed: `Book Shop` is `local/source-book-shop`."""
    plain = _NOT_IN_NAMES.sub("-", connector.lower()).strip("-") or "connector"
    return f"local/{plain if plain.startswith('source-') else f'source-{plain}'}"


def command_lines(manifest: str, image: str, version: str, connector: str, policy: str = "") -> str:
    """What to type to check, test, sync and ship the manifest under a policy; no value of the config is in it."""
    masked = f" --masking {policy}" if policy else ""
    return "\n".join(
        [
            f"penstock lint {manifest}",
            f"penstock test {manifest}",
            f"penstock sync {manifest} --config config.json --to {connector}.duckdb{masked}",
            f"penstock package {manifest} --wheel --name {image} --version {version}{masked}",
            f"penstock image build {manifest} -t {image}:{version} --config config.json{masked}",
        ]
    )


def package_of(draft: Draft, name: str, version: str) -> Package:
    """The zip of a draft, with the policy beside it. Raises ManifestError, ConfigError and DraftChangedError."""
    from penstock_builder.package.build import PackageInputs, make_zip

    if not draft.reading.can_run:
        raise ConfigError("a manifest with errors makes no package", hint="Lint tells them")
    draft.require_unchanged()  # the package is made of the files
    return make_zip(PackageInputs(draft.path, name, version, policy_beside(draft.path)))
