from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from penstock.components.cursors import CURSOR
from penstock.components.retrievers import RETRIEVER
from penstock.components.schema_loaders import SCHEMA_LOADER, LoadSchema
from penstock.components.schema_loaders.json_file_schema_loader import default_schema
from penstock.components.streams import STREAM
from penstock.components.transformations import TRANSFORMATION
from penstock.errors import ConfigError
from penstock.masking.masker import Masker, MaskRule
from penstock.records.cursor import Cursor
from penstock.records.resources import Resources, StreamContext
from penstock.records.select import Transform
from penstock.records.stream import Retriever, StreamPlan
from penstock.registry import Buildable, component, field

Json = Any


@component(STREAM)
class DeclarativeStream:
    """A stream: how it is read, what is new in it, how its records change and what they look like."""

    name: str = field(default="", doc="The name of the stream.", examples=("orders",))
    retriever: Buildable[Callable[[tuple[Transform, ...]], Retriever]] = field(
        doc="What reads the records.", slot=RETRIEVER, implied="SimpleRetriever"
    )
    primary_key: str | list[str | list[str]] | None = field(
        default=None, doc="The field, or fields, that tell records apart.", examples=("id", ["region", "id"])
    )
    incremental_sync: Buildable[Cursor] | None = field(
        default=None, doc="What is new since the last time; none reads all.", slot=CURSOR
    )
    transformations: list[Buildable[Transform | MaskRule]] = field(
        default=[], doc="Changes to each record, in order; masks come after all others.", slot=TRANSFORMATION
    )
    schema_loader: Buildable[LoadSchema] | list[Buildable[LoadSchema]] | None = field(
        default=None,
        doc="The JSON Schema of the records; of several, the earlier wins.",
        slot=SCHEMA_LOADER,
        implied="JsonFileSchemaLoader",
    )

    def build(self, using: Resources) -> StreamPlan:
        named = using.for_stream(StreamContext(self.name))
        schema = lru_cache(maxsize=1)(self._schema(named))
        cursor = self.incremental_sync.build(named) if self.incremental_sync else None
        using = using.for_stream(StreamContext(self.name, cursor, schema))
        built = [transformation.build(using) for transformation in self.transformations]
        masker = Masker([rule for rule in built if isinstance(rule, MaskRule)])
        transforms = tuple(t for t in built if not isinstance(t, MaskRule))
        return StreamPlan(
            name=self.name,
            schema=lambda: masker.schema(schema()),
            primary_key=self._primary_key(),
            cursor=cursor,
            retriever=self.retriever.build(using)(transforms),
            mask=masker,
        )

    def _primary_key(self) -> tuple[tuple[str, ...], ...] | None:
        key = self.primary_key
        if isinstance(key, str):
            return ((key,),)
        if not key:
            return None
        paths = tuple((part,) if isinstance(part, str) else tuple(part) for part in key)
        if any(len(path) != 1 for path in paths):
            raise ConfigError(f"stream {self.name}: a primary key inside an object is not supported")
        return paths

    def _schema(self, using: Resources) -> LoadSchema:
        if self.schema_loader is None:
            return default_schema(using)
        if not isinstance(self.schema_loader, list):
            return self.schema_loader.build(using)
        loaders = [loader.build(using) for loader in self.schema_loader]
        return lambda: _merged([load() for load in loaders])


def _merged(schemas: list[Mapping[str, Json]]) -> Json:
    properties: dict[str, Json] = {}
    for schema in reversed(schemas):
        properties.update(schema.get("properties") or {})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": ["null", "object"],
        "properties": properties,
    }
