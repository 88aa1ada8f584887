from __future__ import annotations

import json

import jsonschema
import yaml
from tests.command import run_command
from tests.runtime.cli.project import MANIFEST


def test_schema_prints_the_json_schema_of_a_manifest() -> None:
    """For editors: a manifest that lint takes is valid, and one with a wrong type is not."""
    outcome = run_command("schema")
    schema = json.loads(outcome.out)
    wrong = MANIFEST.replace("stream_names: [orders]", "stream_names: 7")

    validator = jsonschema.validators.validator_for(schema)(schema)

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert validator.is_valid(yaml.safe_load(MANIFEST))
    assert not validator.is_valid(yaml.safe_load(wrong))
