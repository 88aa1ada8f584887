"""States that a policy seals: a sync goes on from one as from an open one, and never from one that it cannot open."""

from __future__ import annotations

import json

import pytest
from tests.runtime.sync.policies import FAR, KEYS, hmac, key, office, synced, table_manifest, write_policy
from tests.warehouse import Warehouse

from penstock.testing.fake_api import FakeApi, Received

__all__ = ["office"]

MANIFEST = table_manifest("people", incremental=True)
PEOPLE = [
    {"id": i, "email": f"p{i}@example.org", "changed_at": f"2024-01-{i + 1:02}T00:00:00Z"}
    for i in range(1, 21)
]
SEALED = {"encrypt": "people"}
ROWS = "SELECT id, email, CAST(changed_at AS VARCHAR) FROM people ORDER BY changed_at"


def changed_after(request: Received) -> object:
    """The people as old as the start of the window, or younger."""
    return [one for one in PEOPLE if str(one["changed_at"]) >= request.params["after"]]


def asked_after(api: FakeApi) -> list[str]:
    """From where on each sync has asked."""
    return [request.params["after"] for request in api.requests]


@pytest.mark.parametrize("first", [pytest.param({}, id="open"), pytest.param({"state": SEALED}, id="sealed")])
@pytest.mark.parametrize(
    "second", [pytest.param({}, id="open"), pytest.param({"state": SEALED}, id="sealed")]
)
def test_masked_keys_deduplicate_and_a_sync_goes_on(
    office: Warehouse, api: FakeApi, first: dict[str, object], second: dict[str, object]
) -> None:
    """Sealing may be switched on with an open state there; once sealed, a policy that cannot open it is refused."""
    api.on("/people", changed_after)
    fields = {"id": hmac("person"), "email": hmac("email")}
    synced(office, MANIFEST, write_policy(office.folder, fields, **first), api.url, "--mode=append_dedup")
    rows, state = office.query(ROWS), office.state("people")

    option = write_policy(office.folder, fields, **second)
    end = office.sync(MANIFEST, option, "--mode=append_dedup", config={"url": api.url})

    assert len({row[0] for row in rows}) == len(PEOPLE)
    assert ("2024" in json.dumps(state)) == (not first)
    if first and not second:
        assert (end.code, office.state("people"), len(asked_after(api))) == (1, state, 1)
        assert "the saved state is sealed" in end.err
    else:
        assert end.code == 0
        assert asked_after(api) == ["2024-01-01T00:00:00Z", "2024-01-21T00:00:00Z"]
        assert ("2024" in json.dumps(office.state("people"))) == (not second)
        assert office.state("people") == state or not first
    assert office.query(ROWS) == rows


def test_a_state_under_a_previous_key_opens(office: Warehouse, api: FakeApi) -> None:
    """And is sealed with the new one from then on."""
    api.on("/people", changed_after)
    synced(office, MANIFEST, write_policy(office.folder, {}, keys=key(2025), state=SEALED), api.url)
    before = office.state("people")["penstock_sealed"]

    keys = {**key(2026), "previous": [key(2025, until=FAR)]}
    synced(office, MANIFEST, write_policy(office.folder, {}, keys=keys, state=SEALED), api.url)

    assert asked_after(api)[1] == "2024-01-21T00:00:00Z"
    after = office.state("people")["penstock_sealed"]
    assert (before.partition(".")[0], after.partition(".")[0]) == ("p25", "p26")


@pytest.mark.parametrize("other_id", [True, False])
def test_a_state_under_an_unknown_key_stays_as_it_is(
    office: Warehouse, api: FakeApi, monkeypatch: pytest.MonkeyPatch, other_id: bool
) -> None:
    """The stream is refused and asks for nothing; its state and its table are not touched. A full refresh starts anew."""
    api.on("/people", changed_after)
    synced(office, MANIFEST, write_policy(office.folder, {}, keys=key(2025), state=SEALED), api.url)
    rows, state = office.query(ROWS), office.state("people")
    if not other_id:
        monkeypatch.setenv("MASKING_KEY_2025", KEYS["MASKING_KEY_2026"])

    option = write_policy(office.folder, {}, keys=key(2026 if other_id else 2025), state=SEALED)
    end = office.sync(MANIFEST, option, config={"url": api.url})

    assert end.code == 1
    assert "sealed with another key" in end.err
    assert (office.query(ROWS), office.state("people"), len(api.requests)) == (rows, state, 1)
    synced(office, MANIFEST, option, api.url, "--full-refresh")
    assert office.state("people") != state
