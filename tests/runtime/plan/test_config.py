from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from penstock.errors import ConfigError
from penstock.plan.config import migrated, overlaid, transformed, validate_parts
from penstock.plan.manifest import Manifest, parse_manifest
from penstock.testing.fakes import Fakes

RULES = """
    config_migrations:
      - transformations:
          - {type: ConfigAddFields, fields: [{path: [account, kind], value: new}]}
          - {type: ConfigRemoveFields, field_pointers: [[old]]}
    transformations:
      - {type: ConfigAddFields, fields: [{path: [derived], value: "{{ config['account']['kind'] }}"}]}
    validations:
      - type: DpathValidator
        field_path: [account]
        validation_strategy: {type: ValidateAdheresToSchema, base_schema: {required: [id]}}
"""


def manifest(rules: str = RULES) -> Manifest:
    """A manifest with these rules for configs."""
    return parse_manifest(
        f"""
version: 6.44.0
check: {{stream_names: [orders]}}
spec:
  connection_specification: {{type: object}}
  config_normalization_rules: {rules}
streams:
  - name: orders
    retriever:
      requester: {{url: "https://shop.example.test/orders"}}
      record_selector: {{extractor: {{field_path: []}}}}
"""
    )


@pytest.mark.parametrize(
    ("config", "result"),
    [
        pytest.param({"old": 1}, {"account": {"kind": "new"}}, id="a field"),
        pytest.param(
            {"account": {"id": 1}}, {"account": {"id": 1, "kind": "new"}}, id="a field inside another"
        ),
    ],
)
def test_migrations_give_a_config_to_save(config: dict[str, Any], result: dict[str, Any]) -> None:
    """The one that was given stays as it is."""
    before = deepcopy(config)

    assert migrated(manifest(), Fakes(config).resources()) == result
    assert config == before


@pytest.mark.parametrize(
    ("rules", "config"),
    [
        pytest.param(RULES, {"account": {"kind": "new"}}, id="a config of today's form"),
        pytest.param(RULES, {}, id="no config"),
        pytest.param("{}", {"old": 1}, id="no rules"),
    ],
)
def test_a_config_that_does_not_change_is_the_same_object(rules: str, config: dict[str, Any]) -> None:
    """Then there is nothing to save."""
    assert migrated(manifest(rules), Fakes(config).resources()) is config


def test_transformations_are_for_the_run_alone() -> None:
    config: dict[str, Any] = {"account": {"kind": "new"}}

    assert transformed(manifest(), Fakes(config).resources()) == {
        "account": {"kind": "new"},
        "derived": "new",
    }
    assert config == {"account": {"kind": "new"}}
    assert transformed(manifest("{}"), Fakes(config).resources()) is config


def test_a_part_that_fails_a_validation_is_told() -> None:
    validate_parts(manifest(), Fakes({"account": {"id": 1}}).resources())
    with pytest.raises(
        ConfigError, match=r"the config's `account` does not fit the `base_schema`: .* lacks `id`"
    ):
        validate_parts(manifest(), Fakes({"account": {"name": "s3cret"}}).resources())


def test_overrides_are_never_saved() -> None:
    """A token that comes up during a check is, at the top of the config or inside it."""
    config = {"days": 30, "credentials": {"token": "old"}}
    fakes = Fakes(config)
    using = overlaid(fakes.resources(), {"days": 1})
    assert using.config["days"] == 1

    put = json.loads('{"token": "new"}')
    using.config["credentials"].update(put)
    using.config["token"] = "new"  # type: ignore[index]  # as the authenticator writes
    using.config_changed()

    assert config == {"days": 30, "credentials": {"token": "new"}, "token": "new"}
    assert fakes.config_changes == 1
