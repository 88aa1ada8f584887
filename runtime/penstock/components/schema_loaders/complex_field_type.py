from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.components.schema_loaders import FIELD_TYPE, FieldType
from penstock.registry import Buildable, component, field


@component(FIELD_TYPE)
class ComplexFieldType:
    """The type of a list and of what is in it."""

    field_type: str = field(doc="The type; `array` where there are `items`.", examples=("array",))
    items: str | Buildable[FieldType] | None = field(
        default=None,
        doc="The type of each item.",
        slot=FIELD_TYPE,
        implied="ComplexFieldType",
        examples=("integer",),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Only a list has items."""
        if self.items is not None and self.field_type != "array":
            yield "items", "`items` goes with the `field_type` array"

    def build(self, using: Any) -> FieldType:
        items = (
            self.items.build(using)
            if self.items is not None and not isinstance(self.items, str)
            else self.items
        )
        return FieldType(self.field_type, items)
