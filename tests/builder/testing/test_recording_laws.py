"""What holds for recordings of any records and any choice of masked fields."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from penstock.authoring import HttpRequest, HttpResponse, Sampling, parse_manifest
from penstock_builder.testing.recording import recording_of, replay, updated
from penstock_builder.testing.recording_file import parse_recording, write_recording

Json = Any

NAMES = ("alpha", "beta", "gamma", "delta")
VALUES = (
    st.text(min_size=0, max_size=12).filter(lambda text: "\x00" not in text)
    | st.text("ÄÖXQZ\"'&+%/=\\<>: \n", min_size=4, max_size=12)
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates().map(str)
    | st.booleans()
    | st.none()
)
RECORDS = st.lists(
    st.dictionaries(
        st.sampled_from(NAMES),
        VALUES | st.lists(VALUES, max_size=2) | st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=2),
        max_size=4,
    ),
    min_size=1,
    max_size=3,
)
MASKS = st.sampled_from(["drop", "nullify", "redact", "{ type: Hmac, domain: d, key: env:A }"])

MANIFEST = """\
version: "7.39.1"
type: DeclarativeSource
check: {{ type: CheckStream, stream_names: [things] }}
streams:
  - type: DeclarativeStream
    name: things
    retriever:
      type: SimpleRetriever
      requester: {{ type: HttpRequester, url: "https://example.test/things" }}
      record_selector: {{ type: RecordSelector, extractor: {{ type: DpathExtractor, field_path: [items] }} }}
    transformations: [{{ type: MaskFields, fields: {fields}, mask: {mask} }}]
    schema_loader: {{ type: InlineSchemaLoader, schema: {{ type: object, properties: {{ id: {{ type: integer }} }} }} }}
"""


def scalars(value: Json) -> Iterator[Json]:
    for child in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from scalars(child)
    if not isinstance(value, Mapping | list) and value is not None and not isinstance(value, bool):
        yield value


def masked_scalars(record: Json, masked: set[str]) -> Iterator[Json]:
    for name, value in record.items():
        if name in masked:
            yield from scalars(value)
        elif isinstance(value, dict):
            yield from masked_scalars(value, masked)


@given(records=RECORDS, masked=st.sets(st.sampled_from(NAMES), min_size=1), mask=MASKS)
def test_no_masked_value_is_recorded_and_the_replay_is_the_same(
    records: list[dict[str, Json]], masked: set[str], mask: str
) -> None:
    """Text of 4 characters and numbers of 5 digits are nowhere among the values of the file, wherever they were."""
    fields = json.dumps([f"**.{name}" for name in sorted(masked)])
    manifest = parse_manifest(MANIFEST.format(fields=fields, mask=mask))
    clear = {
        json.dumps(value)
        for record in records
        for value in masked_scalars(record, masked)
        if (len(value.strip()) >= 4 if isinstance(value, str) else len(json.dumps(value)) >= 5)
    }
    body = json.dumps({"items": records, "again": [*clear]}).encode()

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, {"Content-Type": "application/json"}, body)

    sampling = Sampling(manifest, "things", {}, around=lambda send: answer, key=_key)
    sampling.run()
    recording = recording_of(sampling)

    text = write_recording(recording)
    again = parse_recording(text)
    kept = {json.dumps(value) for exchange in again.exchanges for value in scalars(exchange.reply.body)}
    assert not kept & clear
    assert replay(manifest, again, Path("cases/things.yaml")).problems == ()
    assert write_recording(updated(manifest, again)) == text


def _key(reference: str) -> Any:
    from penstock_builder.testing.offline import fixed_key

    return fixed_key(f"another {reference}")
