"""Classes for airbyte-cdk that bring states and configs into shape, as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.custom import bases
from penstock.records.resources import Resources
from penstock.registry import Given

Json = Any


class StateMigration(bases.StateMigration):
    """Calls `should_migrate` and `migrate`."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def should_migrate(self, saved: Mapping[str, Json]) -> bool:
        return bool(self._made.should_migrate(saved))

    def migrate(self, saved: Mapping[str, Json]) -> Mapping[str, Json]:
        migrated: Mapping[str, Json] = self._made.migrate(saved)
        return migrated


class ConfigTransformation(bases.ConfigTransformation):
    """Calls `transform`."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def transform(self, config: dict[str, Json]) -> None:
        self._made.transform(config)


class ValidationStrategy(bases.ValidationStrategy):
    """Calls `validate`, which raises ValueError where the value is not valid."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def is_valid(self, value: Json) -> bool:
        try:
            self._made.validate(value)
        except ValueError:
            return False
        return True
