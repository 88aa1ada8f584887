"""Classes on airbyte-cdk's bases that make records of an answer, from decoder to schema, two or more of each."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.custom_code import CONFIG, RECORDS, code, manifest
from tests.conformance.differential import Both

from penstock.testing.fake_api import FakeApi

Json = Any

DECODERS = code(
    """
    class Semicolons(Decoder):
        def __init__(self, config=None, parameters=None, **kwargs):
            pass

        def is_stream_response(self):
            return False

        def decode(self, response):
            yield from csv.DictReader(io.StringIO(response.text), delimiter=";")

    @dataclass
    class Wrapped(JsonDecoder):
        parameters: InitVar[Mapping[str, Any]]
        key: str = "wrapped"

        def __post_init__(self, parameters):
            JsonDecoder.__init__(self, parameters)

        def decode(self, response):
            for element in super().decode(response):
                yield {self.key: element}
    """
)


@pytest.mark.parametrize(
    ("decoder", "path", "body"),
    [
        pytest.param(
            "{type: CustomDecoder, class_name: components.Semicolons}",
            "[]",
            b"id;b\n1;x\n2;y\n",
            id="on the base",
        ),
        pytest.param(
            "{type: CustomDecoder, class_name: components.Wrapped, key: all}",
            "[all, data]",
            {"data": [{"id": 1}, {"id": 2}]},
            id="on JsonDecoder",
        ),
    ],
)
def test_decoders(both: Both, api: FakeApi, decoder: str, path: str, body: Json) -> None:
    """The elements that a decoder yields are what the extractor looks into."""
    api.on("/orders", body)

    theirs, ours = both.read(
        api,
        manifest(
            EXTRACTOR=f"{{type: DpathExtractor, field_path: {path}}}", RETRIEVAL=f"      decoder: {decoder}"
        ),
        streams=["orders"],
        components=DECODERS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 2


EXTRACTORS = code(
    """
    @dataclass
    class Columns(RecordExtractor):
        def extract_records(self, response: requests.Response) -> Iterable[Mapping[str, Any]]:
            body = response.json()
            for row in body["rows"]:
                yield dict(zip(body["columns"], row))

    @dataclass
    class Flat(DpathExtractor):
        key: str = ""

        def extract_records(self, response):
            for record in super().extract_records(response):
                for item in record[self.key]:
                    yield {**item, "of": record["id"], "status": response.status_code, "type": response.headers["content-type"]}

    @dataclass
    class Text(RecordExtractor):
        config: Mapping[str, Any]
        parameters: InitVar[Mapping[str, Any]]

        def __post_init__(self, parameters):
            self.stamp = parameters.get("stamp")

        def extract_records(self, response):
            return [{"id": number, "line": line, "stamp": self.stamp, "k": self.config["key"]}
                    for number, line in enumerate(response.text.splitlines())]
    """
)


@pytest.mark.parametrize(
    ("extractor", "body", "count"),
    [
        pytest.param(
            "{type: CustomRecordExtractor, class_name: components.Columns}",
            {"columns": ["id", "b"], "rows": [[1, 2], [3, None]]},
            2,
            id="on the base",
        ),
        pytest.param(
            "{class_name: components.Flat, field_path: [data, '*'], key: items}",
            {"data": [{"id": 7, "items": [{"a": 1}, {"a": 2}]}, {"id": 8, "items": []}]},
            2,
            id="on DpathExtractor, with a field of its own",
        ),
        pytest.param(
            "{class_name: components.Text, $parameters: {stamp: s1}}",
            b"one\ntwo\nthree",
            3,
            id="of a body that is no JSON",
        ),
    ],
)
def test_extractors(both: Both, api: FakeApi, extractor: str, body: Json, count: int) -> None:
    """An extractor reads the answer by itself."""
    api.on("/orders", body)

    theirs, ours = both.read(
        api, manifest(EXTRACTOR=extractor), CONFIG, streams=["orders"], components=EXTRACTORS
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == count


FILTERS = code(
    """
    @dataclass
    class Long(RecordFilter):
        least: int = 5

        def filter_records(self, records, stream_state, stream_slice=None, next_page_token=None):
            for record in records:
                if len(record["name"]) >= self.least:
                    yield record

    class Last(RecordFilter):
        def filter_records(self, records, stream_state, stream_slice=None, next_page_token=None):
            return list(records)[-1:]

    class Both(RecordFilter):
        def filter_records(self, records, stream_state, stream_slice=None, next_page_token=None):
            kept = super().filter_records(records, stream_state, stream_slice, next_page_token)
            return [record for record in kept if record["tags"]]
    """
)


@pytest.mark.parametrize(
    ("record_filter", "ids"),
    [
        pytest.param("{type: CustomRecordFilter, class_name: components.Long}", [1, 2], id="one by one"),
        pytest.param("{type: CustomRecordFilter, class_name: components.Last}", [3], id="all together"),
        pytest.param(
            "{type: CustomRecordFilter, class_name: components.Both, condition: \"{{ record['id'] > 1 }}\"}",
            [3],
            id="on the condition",
        ),
    ],
)
def test_record_filters(both: Both, api: FakeApi, record_filter: str, ids: list[int]) -> None:
    """The records that a filter picks of a page; the transformation sees what is left."""
    api.on("/orders", RECORDS)

    theirs, ours = both.read(
        api,
        manifest(
            SELECTION=f"        record_filter: {record_filter}",
            TRANSFORMATIONS="{type: AddFields, fields: [{path: [twice], value: \"{{ record['id'] * 2 }}\"}]}",
        ),
        streams=["orders"],
        components=FILTERS,
    )

    assert ours == theirs
    assert [record["id"] for record in ours.records["orders"]] == ids


TRANSFORMATIONS = code(
    """
    @dataclass
    class Initials(RecordTransformation):
        to: str = "initials"
        config: Optional[Mapping[str, Any]] = None

        def transform(self, record, config=None, stream_state=None, stream_slice=None):
            record[self.to] = "".join(word[0] for word in record["name"].split())
            record["key"] = config["key"]
            record["slice"] = dict(stream_slice or {})

    class Drops(RecordTransformation):
        def transform(self, record, config=None, stream_state=None, stream_slice=None):
            for name in [name for name, value in record.items() if not value]:
                del record[name]
    """
)


@pytest.mark.parametrize(
    "transformations",
    [
        pytest.param("{type: CustomTransformation, class_name: components.Initials, to: i}", id="adds"),
        pytest.param("{type: CustomTransformation, class_name: components.Drops}", id="removes"),
        pytest.param(
            "{type: CustomTransformation, class_name: components.Drops}, {type: KeysToLower}, "
            "{class_name: components.Initials}",
            id="between others",
        ),
    ],
)
def test_transformations(both: Both, api: FakeApi, transformations: str) -> None:
    """A record is changed in place; config and slice are there."""
    api.on("/orders", RECORDS)

    theirs, ours = both.read(
        api,
        manifest(
            TRANSFORMATIONS=transformations,
            RETRIEVAL="      partition_router: {type: ListPartitionRouter, values: [a], cursor_field: letter}",
        ),
        CONFIG,
        streams=["orders"],
        components=TRANSFORMATIONS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 3


NORMALIZATIONS = code(
    """
    class Commas(TypeTransformer):
        def __init__(self, *args, **kwargs):
            super().__init__(TransformConfig.CustomSchemaNormalization)
            self.registerCustomTransform(self.number)

        @staticmethod
        def number(value, schema):
            if schema.get("type") == "number" and isinstance(value, str):
                return float(value.replace(",", "."))
            return value

    class Upper(TypeTransformer):
        def __init__(self, *args, **kwargs):
            super().__init__(TransformConfig.DefaultSchemaNormalization | TransformConfig.CustomSchemaNormalization)
            self.registerCustomTransform(lambda value, schema: value.upper() if schema.get("shout") else value)
    """
)


@pytest.mark.parametrize("name", ["Commas", "Upper"])
def test_schema_normalizations(both: Both, api: FakeApi, name: str) -> None:
    """A TypeTransformer casts by the schema."""
    api.on("/orders", RECORDS[:2])
    schema = "{type: object, properties: {id: {type: string}, total: {type: number}, name: {type: string, shout: true}}}"

    theirs, ours = both.read(
        api,
        manifest(
            SCHEMA=f"{{type: InlineSchemaLoader, schema: {schema}}}",
            SELECTION="        schema_normalization: "
            f"{{type: CustomSchemaNormalization, class_name: components.{name}}}",
        ),
        streams=["orders"],
        components=NORMALIZATIONS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 2


LOADERS = code(
    """
    @dataclass
    class Fixed(SchemaLoader):
        config: Mapping[str, Any]
        columns: List[str] = field(default_factory=list)

        def get_json_schema(self):
            return {"type": "object", "properties": {name: {"type": "string"} for name in self.columns}}

    @dataclass
    class Asks(SchemaLoader):
        config: Mapping[str, Any]
        requester: Requester

        def get_json_schema(self):
            names = [record["name"] for record in self.requester.send_request().json()]
            return {"type": "object", "properties": {name: {"type": ["null", "integer"]} for name in names}}
    """
)
ASKS = (
    "{type: CustomSchemaLoader, class_name: components.Asks, requester: {type: HttpRequester, url_base: URL, "
    "path: fields, http_method: GET, $parameters: {name: fields}}}"
)


@pytest.mark.parametrize(
    "loader",
    [
        pytest.param(
            "{type: CustomSchemaLoader, class_name: components.Fixed, columns: [id, name]}", id="fixed"
        ),
        pytest.param(ASKS, id="asks the API"),
    ],
)
def test_schema_loaders(both: Both, api: FakeApi, loader: str) -> None:
    """The values are cast by the same schema."""
    api.on("/orders", RECORDS)
    api.on("/fields", [{"name": "id"}, {"name": "total"}])

    theirs, ours = both.read(
        api,
        manifest(SCHEMA=loader, SELECTION="        schema_normalization: Default"),
        streams=["orders"],
        components=LOADERS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 3
