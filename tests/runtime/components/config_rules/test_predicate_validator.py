from __future__ import annotations

import pytest

from penstock.components.config_rules import VALIDATOR
from penstock.errors import ConfigError
from penstock.testing.fakes import built

STRATEGY = "{type: ValidateAdheresToSchema, base_schema: {type: integer, minimum: 2}}"


@pytest.mark.parametrize(
    ("value", "right"),
    [
        pytest.param("\"{{ config['tables'] | length }}\"", True, id="a template"),
        pytest.param("\"{{ config['pages'] }}\"", False, id="a template of what is too small"),
        pytest.param("3", True, id="a number"),
        pytest.param("1", False, id="a number that is too small"),
        pytest.param("[3]", False, id="a list"),
    ],
)
def test_a_value_made_from_the_config_is_checked(value: str, right: bool) -> None:
    """As airbyte-cdk documents it; there it fails on every config."""
    validate = built(
        f"{{type: PredicateValidator, value: {value}, validation_strategy: {STRATEGY}}}", VALIDATOR
    )
    config = {"tables": ["a", "b"], "pages": 1}

    if right:
        validate(config)
        return
    with pytest.raises(ConfigError, match="what the config says does not fit the `base_schema`"):
        validate(config)
