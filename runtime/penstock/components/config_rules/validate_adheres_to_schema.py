from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from penstock.components.config_rules import VALIDATION_STRATEGY, ValidateValue
from penstock.errors import ConfigError
from penstock.protocol.spec import require_fit
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any


@component(VALIDATION_STRATEGY)
class ValidateAdheresToSchema:
    """The value fits a JSON Schema. A text is read as JSON first, where it is JSON."""

    base_schema: dict[str, Any] | str = field(
        doc="The schema, or its text.", examples=({"type": "array", "items": {"type": "object"}},)
    )

    def build(self, using: Resources) -> ValidateValue:
        schema = _from_json(self.base_schema)
        if not isinstance(schema, Mapping):
            raise ConfigError("the `base_schema` of a validation is not a JSON Schema")

        def validate(value: Json, what: str) -> None:
            require_fit(_from_json(value), schema, what, "the `base_schema`")

        return validate


def _from_json(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
