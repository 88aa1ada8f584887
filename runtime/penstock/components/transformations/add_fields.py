from __future__ import annotations

from penstock.components.transformations import TRANSFORMATION
from penstock.components.transformations.added_field_definition import ADDED_FIELD, SCOPE, AddedField, adding
from penstock.expressions.forms import Condition
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.registry import Buildable, component, field


@component(TRANSFORMATION)
class AddFields:
    """Set fields of each record, each from a template."""

    fields: list[Buildable[AddedField]] = field(
        doc="The fields.", slot=ADDED_FIELD, implied="AddedFieldDefinition"
    )
    condition: Condition | None = field(
        default=None,
        doc="Set a field only where this holds.",
        scope=(*SCOPE, "path", "value"),
        examples=("{{ value is not none }}",),
    )

    def build(self, using: Resources) -> Transform:
        return adding([definition.build(using) for definition in self.fields], self.condition)
