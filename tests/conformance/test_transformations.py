from __future__ import annotations

import pytest
from tests.conformance.differential import Both

from penstock.testing.fake_api import FakeApi

MANIFEST = """
version: 6.44.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
streams:
  - type: DeclarativeStream
    name: orders
    primary_key: id
    schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {}}}
    transformations: [TRANSFORMATION]
    retriever:
      type: SimpleRetriever
      requester: {type: HttpRequester, url_base: URL, path: orders, http_method: GET}
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
"""
RECORDS = [
    {"id": 1, "Owner Name": "Ada", "owner": {"firstName": "Ada", "Tags": [{"aB": 1}, 2]}, "last": None},
    {"id": 2, "ID": 3, "owner": {"id": 7}, "deep": {"deeper": {"x y": 1}}, "empty": {}, "list": []},
]


@pytest.mark.parametrize(
    "transformation",
    [
        "{type: KeysToLower}",
        "{type: KeysToSnakeCase}",
        "{type: KeysReplace, old: ' ', new: _}",
        "{type: KeysReplace, old: \"{{ record['id'] }}\", new: n}",
        "{type: FlattenFields}",
        "{type: FlattenFields, flatten_lists: false}",
        "{type: DpathFlattenFields, field_path: [owner]}",
        "{type: DpathFlattenFields, field_path: [owner], delete_origin_value: true}",
        "{type: DpathFlattenFields, field_path: [owner], replace_record: true}",
        "{type: DpathFlattenFields, field_path: [owner], key_transformation: {type: KeyTransformation, prefix: o_}}",
        "{type: RemoveFields, field_pointers: [['owner', 'Tags', '*', 'aB'], ['**', 'x y']]}",
        "{type: AddFields, fields: [{path: [owner, n], value: \"{{ record['id'] }}\"}]}",
    ],
)
def test_records_come_out_alike(both: Both, api: FakeApi, transformation: str) -> None:
    """Each transformation, on records that have what it does not expect."""
    api.on("/orders", RECORDS)

    theirs, ours = both.read(api, MANIFEST.replace("TRANSFORMATION", transformation), streams=["orders"])

    assert ours == theirs
    assert len(ours.records["orders"]) == len(RECORDS)
