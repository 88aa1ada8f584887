"""Classes for airbyte-cdk that find and change records, as ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from penstock.custom import bases
from penstock.custom.airbyte.exchange import data_of, slice_of, theirs
from penstock.expressions.compile import Scope
from penstock.http.request import HttpResponse
from penstock.records.cursor import Record
from penstock.records.resources import Resources
from penstock.registry import Given

Json = Any


class RecordExtractor(bases.RecordExtractor):
    """Calls `extract_records`, which decodes the answer by itself."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def extract(self, response: HttpResponse, elements: Iterable[Json]) -> Iterable[Json]:
        records: Iterable[Json] = self._made.extract_records(theirs(response))
        return iter(records)


class Decoder(bases.Decoder):
    """Calls `decode`."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def decode(self, response: HttpResponse) -> Iterable[Json]:
        elements: Iterable[Json] = self._made.decode(theirs(response))
        return iter(elements)


class RecordFilter(bases.RecordFilter):
    """Calls `filter_records`."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def pick(self, records: Sequence[Record], scope: Scope) -> Iterable[Record]:
        kept = self._made.filter_records(
            records,
            stream_state={},
            stream_slice=slice_of(scope),
            next_page_token=scope.get("next_page_token"),
        )
        return iter(data_of(record) for record in kept)


class Transformation(bases.Transformation):
    """Calls `transform`."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made
        self._config = using.config

    def transform(self, record: Record, scope: Scope) -> None:
        self._made.transform(record, config=self._config, stream_state={}, stream_slice=slice_of(scope))


class SchemaNormalization(bases.SchemaNormalization):
    """Calls the TypeTransformer's `transform`."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def normalise(self, record: Record, schema: Json) -> Record:
        self._made.transform(record, schema)
        return record


class SchemaLoader(bases.SchemaLoader):
    """Calls `get_json_schema`."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def schema(self) -> Json:
        return self._made.get_json_schema()
