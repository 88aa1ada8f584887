from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.components.retrievers import RETRIEVER
from penstock.components.schema_loaders import SCHEMA_LOADER, TYPE_IDENTIFIER, Fields, LoadSchema
from penstock.components.selectors import RECORD_FILTER
from penstock.components.transformations import TRANSFORMATION
from penstock.expressions.scope import Slice
from penstock.masking.automaton import MaskRule
from penstock.records.resources import Resources, StreamContext
from penstock.records.select import Filter, Transform
from penstock.records.stream import Retriever
from penstock.registry import Buildable, component, field

Json = Any

_SHARED_NAME = "dynamic_properties"
"""Loaders that ask the same are answered once."""


@component(SCHEMA_LOADER)
class DynamicSchemaLoader:
    """A schema that the API describes: its first record says which fields there are."""

    retriever: Buildable[Callable[[tuple[Transform, ...]], Retriever]] = field(
        doc="What asks the API.", slot=RETRIEVER, implied="SimpleRetriever"
    )
    schema_type_identifier: Buildable[Fields] = field(
        doc="Where the fields stand in the record.", slot=TYPE_IDENTIFIER, implied="SchemaTypeIdentifier"
    )
    schema_filter: Buildable[Filter] | None = field(
        default=None,
        doc="Which fields to keep; `record` is an object with the one field and its schema.",
        slot=RECORD_FILTER,
        implied="RecordFilter",
    )
    schema_transformations: list[Buildable[Transform | MaskRule]] = field(
        default=[], doc="Changes to the object of all fields, each with its schema.", slot=TRANSFORMATION
    )

    def build(self, using: Resources) -> LoadSchema:
        asking = using.for_parent().for_stream(StreamContext(_SHARED_NAME))
        retriever = self.retriever.build(asking)(())
        fields = self.schema_type_identifier.build(using)
        keep = self.schema_filter.build(using) if self.schema_filter else None
        built = [transformation.build(using) for transformation in self.schema_transformations]
        transforms = [transform for transform in built if not isinstance(transform, MaskRule)]

        def load() -> Json:
            first = next((batch[0] for batch in retriever.read(Slice(), None) if batch), None)
            properties = {} if first is None else fields(first)
            scope = {"config": using.config}
            if keep is not None:
                properties = {
                    name: schema
                    for name, schema in properties.items()
                    if keep({**scope, "record": {name: schema}})
                }
            for transform in transforms:
                transform(properties, {**scope, "record": properties})
            return {
                "$schema": "https://json-schema.org/draft-07/schema#",
                "type": "object",
                "additionalProperties": True,
                "properties": properties,
            }

        return load
