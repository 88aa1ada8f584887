from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from tests.builder.testing.conftest import Read
from tests.builder.testing.shop import MANIFEST, POLICY, STREAMS, open_shop, things

from penstock.authoring import ConfigError, ManifestError, SampleLimits, load_manifest, parse_manifest
from penstock.testing.canary import core, sightings
from penstock.testing.fake_api import Answer, FakeApi
from penstock_builder.testing.recording import Recording, recording_of, replay, updated
from penstock_builder.testing.recording_file import parse_recording, write_recording

Json = Any
NoNetwork = Callable[[], AbstractContextManager[None]]
FILE = Path("cases/people.yaml")
SHOP = parse_manifest(MANIFEST)


@pytest.mark.parametrize("stream", STREAMS)
def test_a_recording_holds_no_secret_and_no_masked_value(api: FakeApi, read: Read, stream: str) -> None:
    """Secrets of the config, tokens that the run minted, cookies, and masked values: as they are, in URLs, in other
    fields, in tokens of the next page, in base64, in error bodies, in records that a filter left out, and of parents.
    """
    config = open_shop(api)

    text = write_recording(recording_of(read(SHOP, stream, config)))

    assert sightings(text.encode()) == []
    assert api.url.removeprefix("http://") not in text
    assert "1985-03-04" not in text


def test_the_search_for_canaries_finds_them(api: FakeApi, read: Read) -> None:
    """Without its masks the same stream records the values: the test above can fail."""
    config = open_shop(api)
    bare = parse_manifest(
        re.sub(r"type: MaskFields, fields: .*\}", "type: RemoveFields, field_pointers: [[x]] }", MANIFEST)
    )

    text = write_recording(recording_of(read(bare, "lines", config)))

    assert "subject" in sightings(text.encode())


@pytest.mark.parametrize("stream", STREAMS)
def test_a_hundred_replays_are_identical_and_need_no_network(
    api: FakeApi, read: Read, stream: str, no_network: NoNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor a masking key, nor a time zone: bytes, not only verdicts."""
    text = write_recording(recording_of(read(SHOP, stream, open_shop(api))))
    recording = parse_recording(text)

    with no_network():
        results = []
        for number in range(100):
            monkeypatch.setenv("TZ", ("UTC", "Asia/Kathmandu", "America/St_Johns")[number % 3])
            time.tzset()
            results.append(write_recording(updated(SHOP, recording)))
        assert replay(SHOP, recording, FILE).passed

    monkeypatch.undo()
    time.tzset()
    assert set(results) == {text}


def test_the_same_read_under_the_same_key_gives_the_same_bytes(api: FakeApi, read: Read) -> None:
    """Only the key is random, and nobody keeps it."""
    sampling = read(SHOP, "people", open_shop(api))

    first, again, other = (
        write_recording(recording_of(sampling, key=key)) for key in (b"k" * 32, b"k" * 32, b"o" * 32)
    )

    assert first == again
    assert first != other


def test_a_recording_says_what_a_reviewer_looks_for(api: FakeApi, read: Read) -> None:
    """Requests without credentials, answers as JSON, and what came of them; of the headers those that may matter."""
    api.on(
        "/things",
        Answer(
            {"items": [{"id": 7}]}, headers={"X-Total": "1", "Server": "secret-host", "Set-Cookie": "s=1"}
        ),
    )
    manifest = parse_manifest(things('since: "{{ today_utc() }}"'))

    recording = recording_of(read(manifest, "things", {"url": api.url}))

    lines = write_recording(recording).splitlines()
    assert lines[0].startswith('# A read of stream "things"')
    assert [line for line in lines if "clock" not in line][2:] == [
        "recording: 1",
        "stream: things",
        "config:",
        "  url: http://host-1.invalid",
        "limits:",
        "  slices: 5",
        "  pages: 5",
        "  records: 1000",
        "exchanges:",
        "- request:",
        "    method: GET",
        f"    url: http://host-1.invalid/things?since={recording.setting.moment:%Y-%m-%d}",
        "  answer:",
        "    status: 200",
        "    headers:",
        "      Content-Type: application/json",
        "      X-Total: '1'",
        "    json:",
        "      items:",
        "      - id: 7",
        "expect:",
        "  reason: all was read",
        "  records:",
        "  - id: 7",
        "  states:",
        "  - __ab_no_cursor_state_message: true",
    ]


def test_the_clock_of_a_replay_stands_where_that_of_the_read_stood(api: FakeApi, read: Read) -> None:
    """A template that asks for the time gets the recorded one, years later."""
    api.on("/things", {"items": [{"id": 1}]})
    manifest = parse_manifest(things('now: "{{ now_utc() }}"'))

    recording = recording_of(read(manifest, "things", {"url": api.url}))

    assert replay(manifest, recording, FILE).problems == ()


@pytest.mark.parametrize("key", ["id", "code"])
def test_short_keys_of_masked_parents_are_recorded(api: FakeApi, read: Read, key: str) -> None:
    """`7` or `ab` is too short to be looked for everywhere; requests are those that the replay makes of its answers."""
    items = [{"id": 7, "code": "ab"}, {"id": 8, "code": "cd"}, {"id": 21, "code": "ef"}]
    api.on("/people", {"items": items})
    for item in items:
        api.on(f"/people/{item[key]}/calls", {"items": [{"n": 1}]})
    manifest = parse_manifest(_CHILD.replace("KEY", key))

    recording = recording_of(read(manifest, "calls", {"url": api.url}))

    kept = [item[key] for item in recording.exchanges[0].reply.body["items"]]
    assert all(stand_in != item[key] for stand_in, item in zip(kept, items, strict=True))
    assert [exchange.asked.path for exchange in recording.exchanges[1:]] == [
        f"/people/{k}/calls" for k in kept
    ]
    assert replay(manifest, recording, FILE).problems == ()


_CHILD = """\
version: "7.39.1"
type: DeclarativeSource
check: { type: CheckStream, stream_names: [people] }
definitions:
  selector: &selector { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [items] } }
streams:
  - &people
    type: DeclarativeStream
    name: people
    retriever:
      type: SimpleRetriever
      requester: { type: HttpRequester, url: "{{ config['url'] }}/people" }
      record_selector: *selector
    transformations: [{ type: MaskFields, fields: [KEY], mask: { type: Hmac, domain: person } }]
    schema_loader: &schema { type: InlineSchemaLoader, schema: { type: object, properties: { id: { type: integer } } } }
  - type: DeclarativeStream
    name: calls
    retriever:
      type: SimpleRetriever
      requester: { type: HttpRequester, url: "{{ config['url'] }}/people/{{ stream_partition['who'] }}/calls" }
      record_selector: *selector
      partition_router:
        type: SubstreamPartitionRouter
        parent_stream_configs: [{ type: ParentStreamConfig, stream: *people, parent_key: KEY, partition_field: who }]
    schema_loader: *schema
"""


def test_what_a_policy_masks_is_not_recorded_either(
    api: FakeApi, read: Read, tmp_path: Path, no_network: NoNetwork
) -> None:
    """The policy lies beside the recording, and is obeyed by the replay: with a key for tests, not the real one."""
    raw = f'{{"of": "{core("raw")}", "n": [7]}}'
    api.on(
        "/things",
        {"items": [{"id": 1, "owner": core("owner"), "raw": raw, "at": ["81.2.69.142"]}], "of": core("raw")},
    )
    (tmp_path / "manifest.yaml").write_text(things())
    (tmp_path / "policy.yaml").write_text(POLICY)
    manifest = load_manifest(tmp_path / "manifest.yaml", masking=tmp_path / "policy.yaml")

    sampling = read(manifest, "things", {"url": api.url})
    recording = recording_of(sampling, masking="../policy.yaml")

    text = write_recording(recording)
    assert sightings(text.encode()) == []
    assert "81.2.69.142" not in text
    assert sampling.snapshot().records[0]["owner"] != recording.expected.records[0]["owner"]
    with no_network():
        assert replay(manifest, parse_recording(text), FILE).problems == ()


def test_values_of_a_config_are_kept_only_where_they_tell_nothing(api: FakeApi, read: Read) -> None:
    """Options, moments and small numbers stay, secrets become dummies, the rest gets stand-ins."""
    config = {
        **open_shop(api),
        "since": "2024-01-01T00:00:00Z",
        "account": "Ada Lovelace",
        "size": 50,
        "is_new": True,
    }

    kept = recording_of(read(SHOP, "people", config)).setting.config

    assert {name: kept[name] for name in ("api_url", "mode", "since", "size", "is_new")} == {
        "api_url": "http://host-1.invalid",
        "mode": "frozen",
        "since": "2024-01-01T00:00:00Z",
        "size": 50,
        "is_new": True,
    }
    assert re.fullmatch("[A-Z][a-z]{2} [A-Z][a-z]{7}", kept["account"])
    assert not {kept[name] for name in config} & {config[name] for name in ("account", "password", "api_key")}


def test_a_wait_is_not_waited_again(api: FakeApi, read: Read) -> None:
    """Neither a back-off nor a budget makes a replay slow."""
    busy = Answer({}, 429, {"Retry-After": "20"})
    api.in_turn("/things", busy, busy, {"items": [{"id": 1}]})
    manifest = parse_manifest(things())

    result = replay(manifest, recording_of(read(manifest, "things", {"url": api.url})), FILE)

    assert result.problems == ()
    assert result.seconds < 2 * 20  # what the answers asked for


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(
            Answer(b"PK\x03\x04\xff\xfe", headers={"Content-Type": "application/zip"}), "is no text", id="zip"
        ),
        pytest.param(
            Answer("Zoë".encode("latin-1"), headers={"Content-Type": "text/csv"}), "is no text", id="latin-1"
        ),
    ],
)
def test_an_answer_that_cannot_be_scrubbed_is_refused(
    api: FakeApi, read: Read, answer: Answer, told: str
) -> None:
    """With the request that it answered, and what can be recorded instead."""
    api.on("/things", answer)
    manifest = parse_manifest(things())

    with pytest.raises(
        ConfigError, match=re.escape(f"the answer to request 1 (GET /things) {told}")
    ) as refused:
        recording_of(read(manifest, "things", {"url": api.url}))

    assert "UTF-8" in refused.value.hint


def test_an_answer_that_is_too_large_is_refused(api: FakeApi, read: Read) -> None:
    """Part of an answer would be another answer."""
    api.on("/things", {"items": [{"id": number, "text": "x" * 1_000} for number in range(5_000)]})
    manifest = parse_manifest(things())

    with pytest.raises(ConfigError, match="bytes, too many for a recording"):
        recording_of(read(manifest, "things", {"url": api.url}, None, SampleLimits(records=5)))


def test_a_request_that_is_made_anew_each_time_is_refused(api: FakeApi, read: Read) -> None:
    """The place is told, and no value."""
    api.on("/things", {"items": []})
    manifest = parse_manifest(things('nonce: "{{ generate_uuid() }}"'))

    with pytest.raises(
        ConfigError, match=re.escape("request 1 (GET) would differ in a replay, at the parameter `nonce`")
    ):
        recording_of(read(manifest, "things", {"url": api.url}))


def test_a_condition_on_a_masked_value_is_refused(api: FakeApi, read: Read) -> None:
    """Stand-ins would go another way than the values went."""
    api.on("/things", {"items": [{"id": 1, "kind": "personal"}]})
    transformations = (
        "[{ type: AddFields, fields: [{ path: [own], value: \"{{ record['kind'] == 'personal' }}\" }] }, "
        "{ type: MaskFields, fields: [kind], mask: redact }]"
    )
    filtered = things(transformations=transformations).replace(
        "field_path: [items] }",
        "field_path: [items] }, record_filter: { type: RecordFilter, condition: \"{{ record['kind'] == 'personal' }}\" }",
    )

    with pytest.raises(ConfigError, match="page 1 would have 0 records in a replay, not 1"):
        recording_of(read(parse_manifest(filtered), "things", {"url": api.url}))


def test_a_read_that_was_cut_off_is_refused(api: FakeApi, read: Read) -> None:
    """Time is not the same at each replay."""
    api.on("/things", Answer({"items": []}, delay_seconds=0.5))
    manifest = parse_manifest(things())

    with pytest.raises(ConfigError, match="the read was cut off"):
        recording_of(read(manifest, "things", {"url": api.url}, None, SampleLimits(seconds=0.1)))


@pytest.fixture
def recorded(api: FakeApi, read: Read) -> Recording:
    api.on("/things", {"items": [{"id": 1, "name": core("name")}, {"id": 2, "name": core("email")}]})
    return recording_of(read(parse_manifest(things("size: 2", _MASKED)), "things", {"url": api.url}))


_MASKED = "[{ type: MaskFields, fields: [name], mask: redact }]"


@pytest.mark.parametrize(
    ("parameters", "transformations", "told"),
    [
        pytest.param(
            "size: 3",
            _MASKED,
            'request 1 is GET /things, expected GET /things. the parameter `size`: expected "2", got "3"',
            id="a request",
        ),
        pytest.param(
            "size: 2",
            "[{ type: MaskFields, fields: [name], mask: nullify }]",
            'record 1: `name`: expected "***", got nothing',
            id="a record",
        ),
        pytest.param(
            "size: 2",
            "[{ type: MaskFields, fields: [name], mask: drop }]",
            'record 2: `name`: expected "***", got nothing',
            id="a missing field",
        ),
    ],
)
def test_a_changed_manifest_is_told_where_it_differs(
    recorded: Recording, parameters: str, transformations: str, told: str
) -> None:
    """By request, record and field."""
    changed = parse_manifest(things(parameters, transformations))

    problems = replay(changed, recorded, FILE).problems

    assert told in problems
    assert write_recording(updated(parse_manifest(things("size: 2", _MASKED)), recorded)) == write_recording(
        recorded
    )


def test_an_update_takes_what_is_asked_and_read_now(recorded: Recording) -> None:
    """Answers stay; a request for which there is none cannot be made up."""
    changed = parse_manifest(things("size: 3", "[{ type: MaskFields, fields: [name], mask: drop }]"))

    made = updated(changed, recorded)

    assert made.exchanges[0].asked.params == {"size": "3"}
    assert made.expected.records == ({"id": 1}, {"id": 2})
    assert replay(changed, made, FILE).passed


def test_a_recording_is_read_strictly(recorded: Recording) -> None:
    """All that is wrong with it is told at once, each with its place."""
    text = (
        write_recording(recorded)
        .replace("  status: 200", "  stauts: 200")
        .replace("stream: things", "stream: 7")
    )

    with pytest.raises(ManifestError) as refused:
        parse_recording(text, "cases/things.yaml")

    assert [(str(d.span).split(":")[0], d.rule) for d in refused.value.diagnostics] == [
        ("cases/things.yaml", "wrong-type"),
        ("cases/things.yaml", "unknown-field"),
    ]
    assert "did you mean `status`?" in str(refused.value)
