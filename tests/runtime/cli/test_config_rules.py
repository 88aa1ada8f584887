from __future__ import annotations

import json
from typing import Any

import pytest
from tests.runtime.cli.project import MANIFEST, Project

RULES = """  config_normalization_rules:
    type: ConfigNormalizationRules
    config_migrations:
      - type: ConfigMigration
        transformations:
          - {type: ConfigAddFields, fields: [{type: AddedFieldDefinition, path: [account, kind], value: shop}]}
    transformations:
      - {type: ConfigAddFields, fields: [{type: AddedFieldDefinition, path: [derived], value: x}]}
definitions:
"""


def saved(project: Project) -> Any:
    """What the config file holds."""
    return json.loads((project.folder / "config.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("verb", ["check", "discover", "read"])
def test_a_migrated_config_is_saved_and_told(project: Project, verb: str) -> None:
    """In the file, and by a message to the platform, once: after that the config is of today's form."""
    project.write("manifest.yaml", MANIFEST.replace("definitions:\n", RULES, 1))
    migrated = {**saved(project), "account": {"kind": "shop"}}

    first, second = project.run(verb), project.run(verb)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert [message["connectorConfig"]["config"] for message in first.of_type("CONTROL")] == [migrated]
    assert second.of_type("CONTROL") == []
    assert saved(project) == migrated


def test_a_config_that_cannot_be_saved_is_told_all_the_same(project: Project) -> None:
    """The platform keeps it; the file may be in a folder that only it may write."""
    project.write("manifest.yaml", MANIFEST.replace("definitions:\n", RULES, 1))
    (project.folder / ".config.json.new").mkdir()

    outcome = project.run("check")

    assert outcome.of_type("CONNECTION_STATUS") == [{"status": "SUCCEEDED"}]
    assert len(outcome.of_type("CONTROL")) == 1
    assert "the changed config is not saved in its file" in str(outcome.of_type("LOG"))
