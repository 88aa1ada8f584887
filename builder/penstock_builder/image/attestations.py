"""Statements about an image as in-toto has them: where it came from (SLSA v1), and which tests passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock.authoring import __version__
from penstock_builder.image.config import moment
from penstock_builder.testing.outcome import CaseResult

Json = Any

SARIF = "application/sarif+json"
IN_TOTO = "application/vnd.in-toto+json"
PROVENANCE = "https://slsa.dev/provenance/v1"
TESTS = "https://in-toto.io/attestation/test-result/v0.1"
BUILD_TYPE = "urn:penstock:image-build:1"
BUILDER = "urn:penstock:image-builder"


def statement(predicate_type: str, subjects: Mapping[str, str], predicate: Json) -> Json:
    """A statement about things by their digests (in-toto attestation framework, Statement v1)."""
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": name, "digest": {"sha256": digest.removeprefix("sha256:")}}
            for name, digest in subjects.items()
        ],
        "predicateType": predicate_type,
        "predicate": predicate,
    }


def provenance(parameters: Mapping[str, Json], inputs: Mapping[str, str], epoch: int) -> Json:
    """What an image was made of: `parameters` that the user chose, `inputs` by URI with their digests.

    The times are the image's own: the same inputs give the same statement.
    """
    return {
        "buildDefinition": {
            "buildType": BUILD_TYPE,
            "externalParameters": dict(parameters),
            "resolvedDependencies": [
                {"uri": uri, "digest": {"sha256": digest.removeprefix("sha256:")}}
                for uri, digest in sorted(inputs.items())
            ],
        },
        "runDetails": {
            "builder": {"id": BUILDER, "version": {"penstock": __version__}},
            "metadata": {"startedOn": moment(epoch), "finishedOn": moment(epoch)},
        },
    }


def tests_told(results: Sequence[CaseResult], files: Mapping[str, str]) -> Json:
    """What came of the tests in `files`, which are names with digests."""
    return {
        "result": "PASSED" if all(result.passed for result in results) else "FAILED",
        "configuration": [
            {"name": name, "digest": {"sha256": digest.removeprefix("sha256:")}}
            for name, digest in files.items()
        ],
        "passedTests": [result.name for result in results if result.passed],
        "failedTests": [result.name for result in results if not result.passed],
    }
