from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.components.config_rules import CONFIG_TRANSFORMATION, ChangeConfig
from penstock.expressions.compile import Scope
from penstock.expressions.forms import Body, Text
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any


@component(CONFIG_TRANSFORMATION)
class ConfigRemapField:
    """Put another value in place of a field's, by a table; a value that is not in the table stays."""

    map: Body = field(
        doc="The new value for each old one.", examples=({"US": "us-east-1", "EU": "eu-west-1"},)
    )
    field_path: list[Text] = field(
        doc="The keys that lead to the field.", examples=(["region"], ["credentials", "auth_type"])
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A field has a name."""
        if not self.field_path:
            yield "field_path", "`field_path` needs at least one key"

    def build(self, using: Resources) -> ChangeConfig:
        def remap(config: dict[str, Json]) -> None:
            scope = {"config": config}
            *parents, last = [segment.text(scope) for segment in self.field_path]
            holder: Json = config
            for key in parents:
                holder = holder.get(key) if isinstance(holder, dict) else None
            if isinstance(holder, dict) and isinstance(holder.get(last), str):
                holder[last] = self._new(holder[last], scope)

        return remap

    def _new(self, value: str, scope: Scope) -> Json:
        """The value's counterpart; null where that comes out empty."""
        table = self.map(scope)
        if isinstance(table, dict) and value in table:
            return table[value]
        return None if value in self.map.keys else value
