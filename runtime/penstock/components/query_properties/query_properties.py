from __future__ import annotations

from collections.abc import Callable

from penstock.components.query_properties import (
    PROPERTY_CHUNKING,
    PROPERTY_LIST,
    PROPERTY_SELECTOR,
    QUERY_PROPERTIES,
    Choose,
    Chunk,
)
from penstock.records.chunks import Key, Properties
from penstock.records.resources import Resources, Shared
from penstock.registry import Buildable, component, field


@component(QUERY_PROPERTIES)
class QueryProperties:
    """Ask an API for these fields, in one request a page or in several."""

    property_list: list[str] | Buildable[Callable[[], list[str]]] = field(
        doc="The fields, or what finds them; it is asked once.",
        slot=PROPERTY_LIST,
        examples=(["name", "owner"],),
    )
    always_include_properties: list[str] = field(
        default=[], doc="Fields that every request asks for.", examples=(["id"],)
    )
    property_chunking: Buildable[tuple[Chunk, Key]] | None = field(
        default=None,
        doc="How they are split into several requests; one request asks for all by default.",
        slot=PROPERTY_CHUNKING,
        implied="PropertyChunking",
    )
    property_selector: Buildable[Choose] | None = field(
        default=None,
        doc="What chooses among them; by default all are asked for.",
        slot=PROPERTY_SELECTOR,
        implied="JsonSchemaPropertySelector",
    )

    def build(self, using: Resources) -> Properties:
        names = self._names(using)
        choose = self.property_selector.build(using) if self.property_selector else list
        always = self.always_include_properties
        chunk, key = self.property_chunking.build(using) if self.property_chunking else (None, None)
        asked = Shared()

        def chunks() -> list[list[str]]:
            wanted = choose(names())
            return [[*always, *wanted]] if chunk is None else chunk(wanted, always)

        return Properties(lambda: asked.once("chunks", chunks), key)

    def _names(self, using: Resources) -> Callable[[], list[str]]:
        declared = self.property_list
        if not isinstance(declared, list):
            return declared.build(using)
        names = declared
        return lambda: names
