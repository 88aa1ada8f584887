from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from penstock.components.resolvers import COMPONENT_MAPPING, SCOPE, ComponentMapping
from penstock.expressions.compile import Scope
from penstock.expressions.forms import Condition, Text
from penstock.manifest.node import Node, Source
from penstock.manifest.patch import Segment
from penstock.records.resources import Resources
from penstock.registry import component, field

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (float,),
    "integer": (int,),
    "boolean": (bool,),
}


@component(COMPONENT_MAPPING)
class ComponentMappingDefinition:
    """A value of each stream, and where it goes in the template of the streams."""

    field_path: list[Text] = field(
        doc="The keys and list indexes that lead to the place; `*` stands for any one.",
        scope=SCOPE,
        examples=(
            ["name"],
            ["retriever", "requester", "path"],
            ["transformations", "0", "fields", "*", "value"],
        ),
    )
    value: Text = field(
        doc="The value.",
        scope=SCOPE,
        examples=("{{ components_values['title'] }}", "tables/{{ components_values['id'] }}"),
    )
    value_type: Literal["string", "number", "integer", "boolean"] | None = field(
        default=None, doc="The type to read the value as; one that does not fit stays text."
    )
    create_or_update: bool = field(
        default=False,
        doc="Make the place where the template does not have it; not for streams that come by HTTP.",
    )
    condition: Condition | None = field(
        default=None,
        doc="Leave the template as it is unless this holds; only for streams that come from the config.",
        scope=SCOPE,
        examples=("{{ components_values['kind'] == 'view' }}",),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A value goes somewhere."""
        if not self.field_path:
            yield "field_path", "`field_path` needs at least one key"

    def build(self, using: Resources) -> ComponentMapping:
        types = _TYPES[self.value_type] if self.value_type else None
        span = self.value.template.span

        def path(scope: Scope) -> tuple[Segment, ...]:
            return tuple(segment(scope, (str, int)) for segment in self.field_path)

        return ComponentMapping(
            path=path,
            value=lambda scope: self.value(scope, types),
            holds=self.condition if self.condition and self.condition.template.text else None,
            source=Node(None, Source(span.file, ""), span.line, span.col),
            creates=self.create_or_update,
            keeps_text=self.value_type == "string",
        )
