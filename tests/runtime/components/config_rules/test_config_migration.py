from __future__ import annotations

from typing import Any

from penstock.components.config_rules import CONFIG_MIGRATION
from penstock.testing.fakes import built


def test_changes_follow_one_another() -> None:
    """Each sees what the ones before did."""
    migrate = built(
        """
        type: ConfigMigration
        description: Regions have other names now.
        transformations:
          - {type: ConfigRemapField, field_path: [region], map: {US: us-east-1}}
          - {type: ConfigAddFields, fields: [{path: [place], value: "{{ config['region'] }}"}]}
          - {type: ConfigRemoveFields, field_pointers: [[region]]}
        """,
        CONFIG_MIGRATION,
    )
    config: dict[str, Any] = {"region": "US"}

    migrate(config)

    assert config == {"place": "us-east-1"}
