"""The public manifests: the linter reads them all, and calls none an error that runs; nor does the schema for editors."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import jsonschema
import pytest
from tests.command import run_command

from penstock.authoring import Reading, plain, read_text
from penstock_builder.lint import lint

ROOT = Path(__file__).parents[3]
COMPAT = Path(os.environ.get("PENSTOCK_COMPAT") or ROOT.parent / "shared/compat")
PACKS = sorted((COMPAT / "packs").glob("*.json.gz"))

pytestmark = pytest.mark.skipif(not PACKS, reason="the public manifests are not on this machine")


def reading_of(pack: Path) -> Reading:
    manifest: str = json.loads(gzip.decompress(pack.read_bytes()))["build"]["manifest"]
    return read_text(manifest, f"{pack.name.removesuffix('.json.gz')}.yaml")


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name.removesuffix(".json.gz"))
def test_a_manifest_that_runs_has_no_error(pack: Path) -> None:
    """What is likely a mistake is a warning: running stays compatible."""
    reading = reading_of(pack)
    found = [finding.diagnostic for finding in lint(reading)]

    errors = [str(told) for told in found if told.severity == "error"]
    assert errors == [] or not reading.can_run
    assert all(told.span.line >= 1 and told.span.col >= 1 for told in found)


def test_every_manifest_that_runs_fits_the_schema() -> None:
    """What an editor marks is wrong."""
    validator = jsonschema.Draft7Validator(json.loads(run_command("schema").out))

    marked = []
    for pack in PACKS:
        reading = reading_of(pack)
        if reading.can_run and reading.root is not None and not validator.is_valid(plain(reading.root)):
            marked.append(reading.file)

    assert marked == []
