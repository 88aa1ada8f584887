from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from penstock.components.cursors import CURSOR
from penstock.components.cursors.incrementing_count_cursor import IncrementingCountCursor
from penstock.components.decoders.json_decoder import JsonDecoder
from penstock.components.files import FILE_UPLOADER
from penstock.components.retrievers import RETRIEVER
from penstock.components.schema_loaders import SCHEMA_LOADER, LoadSchema
from penstock.components.schema_loaders.json_file_schema_loader import default_schema
from penstock.components.state_migrations import STATE_MIGRATION
from penstock.components.streams import STREAM
from penstock.components.transformations import TRANSFORMATION
from penstock.components.transformations.mask_fields import MaskFields
from penstock.errors import ConfigError, StreamError
from penstock.masking.automaton import MaskRule
from penstock.records.cursor import Cursor, Record
from penstock.records.files import FileRecord, Upload, WithFiles
from penstock.records.resources import Resources, StreamContext
from penstock.records.select import Transform
from penstock.records.stream import Migrate, Retriever, Router, StreamPlan
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

    state_migrations: list[Buildable[Callable[[Router | None], Migrate]]] = field(
        default=[], doc="What brings an older saved state into today's shape, in order.", slot=STATE_MIGRATION
    )
    file_uploader: Buildable[Upload] | None = field(
        default=None, doc="What fetches a file for each record.", slot=FILE_UPLOADER, implied="FileUploader"
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A count is one for the whole stream."""
        is_split = getattr(self.retriever, "partition_router", None) is not None
        if isinstance(self.incremental_sync, IncrementingCountCursor) and is_split:
            yield (
                "incremental_sync",
                "`incremental_sync` by a count does not go together with a partition router",
            )
        if self.file_uploader is not None and any(isinstance(t, MaskFields) for t in self.transformations):
            yield "file_uploader", "a stream with masks has no `file_uploader`: files leave as they are"
        decoder = getattr(self.retriever, "decoder", None)
        if _reads_lazily(self.retriever) and not isinstance(decoder, JsonDecoder | None):
            yield "retriever", "a stream whose parent holds its first page is JSON"

    def build(self, using: Resources) -> StreamPlan:
        named = using.for_stream(StreamContext(self.name))
        schema = lru_cache(maxsize=1)(self._schema(named))
        cursor = self.incremental_sync.build(named) if self.incremental_sync else None
        using = using.for_stream(StreamContext(self.name, cursor, schema))
        built = [transformation.build(using) for transformation in self.transformations]
        masks = using.masking.for_stream(
            self.name, [rule for rule in built if isinstance(rule, MaskRule)], schema
        )
        transforms = tuple(t for t in built if not isinstance(t, MaskRule))
        retriever = self.retriever.build(using)(transforms)
        if self.file_uploader is not None:
            upload = self._no_files if using.masking.has_policy else self.file_uploader.build(using)
            retriever = WithFiles(retriever, upload)
        return StreamPlan(
            name=self.name,
            schema=masks.schema,
            primary_key=self._primary_key(),
            cursor=cursor,
            retriever=retriever,
            mask=masks,
            catalog_chooses=getattr(self.incremental_sync, "allow_catalog_defined_cursor_field", False),
            has_files=self.file_uploader is not None,
            migrations=tuple(m.build(using)(retriever.router) for m in self.state_migrations),
        )

    def _no_files(self, record: Record) -> FileRecord:
        raise StreamError(
            f"stream {self.name}: it has files, which no mask can guard, and there is a masking policy",
            hint="leave the stream out, or run it without the policy",
            failure_type="config_error",
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


def _reads_lazily(retriever: Any) -> bool:
    routers = getattr(retriever, "partition_router", None)
    links = [
        link
        for router in (routers if isinstance(routers, list) else [routers])
        for link in getattr(router, "parent_stream_configs", ())
    ]
    return any(getattr(link, "lazy_read_pointer", ()) for link in links)


def _merged(schemas: list[Mapping[str, Json]]) -> Json:
    properties: dict[str, Json] = {}
    for schema in reversed(schemas):
        properties.update(schema.get("properties") or {})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": ["null", "object"],
        "properties": properties,
    }
