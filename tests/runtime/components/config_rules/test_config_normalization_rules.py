from __future__ import annotations

from typing import Any

from penstock.components.config_rules import CONFIG_RULES
from penstock.testing.fakes import built


def test_rules_are_kept_apart_by_what_becomes_of_them() -> None:
    """Migrations are saved, transformations are not, validations change nothing."""
    rules = built(
        """
        type: ConfigNormalizationRules
        config_migrations:
          - {transformations: [{type: ConfigAddFields, fields: [{path: [saved], value: x}]}]}
        transformations:
          - {type: ConfigRemoveFields, field_pointers: [[old]]}
        validations:
          - type: DpathValidator
            field_path: [saved]
            validation_strategy: {type: ValidateAdheresToSchema, base_schema: {type: string}}
        """,
        CONFIG_RULES,
    )
    config: dict[str, Any] = {"old": 1}

    for change in (*rules.migrations, *rules.transformations):
        change(config)

    assert config == {"saved": "x"}
    [validate] = rules.validations
    validate(config)


def test_no_rule_is_needed() -> None:
    rules = built("{type: ConfigNormalizationRules}", CONFIG_RULES)

    assert (rules.migrations, rules.transformations, rules.validations) == ((), (), ())
