from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.components.transformations import TRANSFORMATION
from penstock.expressions.compile import Scope
from penstock.expressions.forms import Condition
from penstock.records.cursor import Record
from penstock.records.paths import delete
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.registry import component, field


@component(TRANSFORMATION)
class RemoveFields:
    """Remove fields of each record. What is not there is no problem."""

    field_pointers: list[list[str]] = field(
        doc="Paths of the fields; `*` stands for any key, `**` for any path, `tmp_*` for keys that begin so.",
        examples=([["internal_id"], ["owner", "password"], ["**", "ssn"]],),
    )
    condition: Condition | None = field(
        default=None,
        doc="Remove a field only where this holds of its value, called `property`.",
        scope=("property",),
        examples=("{{ property is none }}",),
    )

    def build(self, using: Resources) -> Transform:
        def remove(record: Record, scope: Scope) -> None:
            test = None if self.condition is None else _on_property(self.condition, scope["config"])
            for pointer in self.field_pointers:
                delete(record, pointer, test)

        return remove


def _on_property(condition: Condition, config: Any) -> Callable[[Any], bool]:
    return lambda value: condition({"config": config, "property": value})
