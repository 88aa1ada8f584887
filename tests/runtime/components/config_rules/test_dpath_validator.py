from __future__ import annotations

from typing import Any

import pytest

from penstock.components.config_rules import VALIDATOR
from penstock.errors import ConfigError, ManifestError
from penstock.testing.fakes import built, component


def validate(path: str, config: dict[str, Any]) -> None:
    """Check that whole numbers stand at a path."""
    strategy = "{type: ValidateAdheresToSchema, base_schema: {type: integer}}"
    built(f"{{type: DpathValidator, field_path: {path}, validation_strategy: {strategy}}}", VALIDATOR)(config)


@pytest.mark.parametrize(
    ("path", "config"),
    [
        pytest.param("[a]", {"a": 1}, id="a value"),
        pytest.param("[a, '*']", {"a": [1, 2]}, id="each of a list"),
        pytest.param("[a, b]", {"a": {}}, id="nothing there"),
        pytest.param("[a, b]", {"a": "text"}, id="no way there"),
    ],
)
def test_what_stands_at_a_path_is_checked(path: str, config: dict[str, Any]) -> None:
    """Where nothing stands there is nothing to check."""
    validate(path, config)


@pytest.mark.parametrize(("path", "config"), [("[a]", {"a": "s3cret"}), ("[a, '*']", {"a": [1, "s3cret"]})])
def test_a_value_that_is_wrong_is_told_with_its_place(path: str, config: dict[str, Any]) -> None:
    """The value is not told."""
    with pytest.raises(ConfigError, match=r"the config's `a.*` does not fit the `base_schema`") as refusal:
        validate(path, config)

    assert "s3cret" not in str(refusal.value)


def test_a_path_leads_somewhere() -> None:
    with pytest.raises(ManifestError, match="`field_path` needs at least one key"):
        component(
            "{type: DpathValidator, field_path: [], validation_strategy: "
            "{type: ValidateAdheresToSchema, base_schema: {}}}",
            VALIDATOR,
        )
