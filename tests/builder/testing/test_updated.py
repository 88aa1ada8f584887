"""Recordings that are written anew: what their replay comes to now, and nothing clear that is masked by now."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests.builder.testing.conftest import Read
from tests.builder.testing.shop import MANIFEST, POLICY, open_shop, things

from penstock.authoring import ConfigError, Manifest, load_manifest, parse_manifest
from penstock.testing.canary import core, sightings
from penstock.testing.fake_api import FakeApi
from penstock_builder.testing.recording import recording_of, replay, updated
from penstock_builder.testing.recording_file import parse_recording, write_recording

NoNetwork = Callable[[], AbstractContextManager[None]]
FILE = Path("cases/people.yaml")
SHOP = parse_manifest(MANIFEST)
MASKED = "[{ type: MaskFields, fields: [name], mask: redact }]"


def bare_shop() -> Manifest:
    """The shop without its masks."""
    return parse_manifest(
        re.sub(r"type: MaskFields, fields: .*\}", "type: RemoveFields, field_pointers: [[x]] }", MANIFEST)
    )


@pytest.mark.parametrize("stream", ["people", "calls", "lines", "table", "document", "packed"])
def test_an_update_under_new_masks_leaves_nothing_clear(
    api: FakeApi, read: Read, stream: str, no_network: NoNetwork
) -> None:
    """The file says that it holds stand-ins: so must the answers from before there were masks, those of parents among
    them. It is replayed, and updated again without a change, as one that was recorded under the masks.
    """
    before = write_recording(recording_of(read(bare_shop(), stream, open_shop(api))))
    assert sightings(before.encode())

    with no_network():
        made = write_recording(updated(SHOP, parse_recording(before)))
        problems = replay(SHOP, parse_recording(made), FILE).problems
        again = write_recording(updated(SHOP, parse_recording(made)))

    assert sightings(made.encode()) == []
    assert "1985-03-04" not in made
    assert problems == ()
    assert again == made


def test_an_update_under_a_new_policy_leaves_nothing_clear(api: FakeApi, read: Read, tmp_path: Path) -> None:
    """Also what is short, stands under another name, or is JSON in a text; and it names its policy still."""
    raw = f'{{"of": "{core("raw")}", "n": [7]}}'
    item = {"id": 1, "owner": core("owner"), "raw": raw, "at": ["81.2.69.142"]}
    api.on("/things", {"items": [item], "of": core("raw")})
    (tmp_path / "manifest.yaml").write_text(things())
    (tmp_path / "policy.yaml").write_text(POLICY)
    manifest = load_manifest(tmp_path / "manifest.yaml", masking=tmp_path / "policy.yaml")
    before = recording_of(
        read(parse_manifest(things()), "things", {"url": api.url}), masking="../policy.yaml"
    )
    assert sightings(write_recording(before).encode())

    made = updated(manifest, before)

    text = write_recording(made)
    assert sightings(text.encode()) == []
    assert "81.2.69.142" not in text
    assert made.masking == "../policy.yaml"
    assert made.setting.moment == before.setting.moment
    assert replay(manifest, parse_recording(text), FILE).problems == ()


def test_an_update_that_would_ask_otherwise_under_new_masks_is_refused(api: FakeApi, read: Read) -> None:
    """A condition goes by a value that is masked now: with stand-ins other records would come."""
    api.on("/things", {"items": [{"id": 1, "name": "adalovelace"}, {"id": 2, "name": "bobbuilder"}]})
    condition = "{ type: RecordFilter, condition: \"{{ record['name'] == 'adalovelace' }}\" }"
    text = things(transformations="[]").replace(
        "record_selector: {", f"record_selector: {{ record_filter: {condition},"
    )
    recording = recording_of(read(parse_manifest(text), "things", {"url": api.url}))

    with pytest.raises(ConfigError) as refused:
        updated(parse_manifest(text.replace("transformations: []", f"transformations: {MASKED}")), recording)

    assert str(refused.value) == (
        "fields are masked now whose values its answers may hold in clear, and with stand-ins for them the read is another: "
        "page 1 would have 0 records in a replay, not 1\n  hint: record it anew under the masks of now"
    )
    assert "adalovelace" not in str(refused.value)


def test_an_update_without_masks_keeps_the_answers(api: FakeApi, read: Read) -> None:
    """Nothing needs a stand-in, so that only what changed is changed."""
    api.on("/things", {"items": [{"id": 1, "name": "ada", "mail": "ada@example.test"}]})
    recording = recording_of(read(parse_manifest(things()), "things", {"url": api.url}))

    made = updated(parse_manifest(things("size: 3")), recording)

    assert [each.reply for each in made.exchanges] == [each.reply for each in recording.exchanges]
    assert made.expected == recording.expected
