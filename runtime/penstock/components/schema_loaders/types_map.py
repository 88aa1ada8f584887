from __future__ import annotations

from penstock.components.schema_loaders import FIELD_TYPE, TYPES_MAP, FieldType, TypeMapping
from penstock.expressions.forms import Condition
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(TYPES_MAP)
class TypesMap:
    """What a type of the API is called in JSON Schema."""

    target_type: str | list[str] | Buildable[FieldType] = field(
        doc="The type; a list of two means either.",
        slot=FIELD_TYPE,
        implied="ComplexFieldType",
        examples=("number", ["string", "number"], {"field_type": "array", "items": "integer"}),
    )
    current_type: str | list[str] = field(doc="The type as the API says it.", examples=("money", ["a", "b"]))
    condition: Condition | None = field(
        default=None,
        doc="Only where this holds of the field's description, called `raw_schema`.",
        scope=("raw_schema",),
        examples=("{{ raw_schema['decimals'] > 0 }}",),
    )

    def build(self, using: Resources) -> TypeMapping:
        target = (
            self.target_type if isinstance(self.target_type, str | list) else self.target_type.build(using)
        )
        return TypeMapping(self.current_type, target, self.condition)
