from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.config_rules import VALIDATION_STRATEGY
from penstock.errors import ConfigError
from penstock.testing.fakes import built

LIST = {"type": "array", "items": {"type": "object", "required": ["name"]}}


def validate(schema: Any, value: Any) -> None:
    """Check a value by a schema."""
    strategy = built(
        json.dumps({"type": "ValidateAdheresToSchema", "base_schema": schema}), VALIDATION_STRATEGY
    )
    strategy(value, "the config's `reports`")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param(LIST, [{"name": "a"}], id="a value"),
        pytest.param(LIST, '[{"name": "a"}]', id="a text that is JSON"),
        pytest.param({"type": "string"}, "plain", id="a text that is not"),
        pytest.param(json.dumps(LIST), [], id="a schema as text"),
    ],
)
def test_a_value_that_fits_passes(schema: Any, value: Any) -> None:
    """A text is read as JSON where it is JSON."""
    validate(schema, value)


@pytest.mark.parametrize("value", [[{}], '[{"nme": "s3cret"}]', "s3cret", None])
def test_a_value_that_does_not_fit_is_told_without_it(value: Any) -> None:
    with pytest.raises(ConfigError, match="the config's `reports` does not fit the `base_schema`") as refusal:
        validate(LIST, value)

    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize("schema", ["no JSON", "[1]", {"type": "text"}])
def test_a_schema_must_be_one(schema: Any) -> None:
    with pytest.raises(ConfigError, match="not a JSON Schema"):
        validate(schema, 1)
