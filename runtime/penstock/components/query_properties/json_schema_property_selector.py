from __future__ import annotations

from collections.abc import Sequence

from penstock.components.query_properties import PROPERTY_SELECTOR, Choose
from penstock.components.transformations import TRANSFORMATION
from penstock.masking.automaton import MaskRule
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.registry import Buildable, component, field


@component(PROPERTY_SELECTOR)
class JsonSchemaPropertySelector:
    """Ask only for the fields that the configured catalog has in the stream's schema; without a catalog, for all."""

    transformations: list[Buildable[Transform | MaskRule]] = field(
        default=[],
        doc="Changes to the names of the schema's properties, so that they are those of the API.",
        slot=TRANSFORMATION,
    )

    def build(self, using: Resources) -> Choose:
        schema = using.catalog_schemas.get(using.stream.name)
        built = [transformation.build(using) for transformation in self.transformations]

        def choose(properties: Sequence[str]) -> list[str]:
            if schema is None:
                return list(properties)
            wanted = dict(schema.get("properties") or {})
            for transform in built:
                if not isinstance(transform, MaskRule):
                    transform(wanted, {"config": using.config, "record": wanted})
            return [name for name in properties if name in wanted]

        return choose
