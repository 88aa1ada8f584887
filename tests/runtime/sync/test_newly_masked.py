"""A field that is masked from now on stands in clear in the rows of earlier syncs: a sync says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.warehouse import query

from penstock.destinations.duckdb.load import Mode
from penstock.masking.redactor import Redactor
from penstock.plan.manifest import parse_manifest
from penstock.sync.to_duckdb import sync_to_duckdb
from penstock.testing.fake_api import Answer, FakeApi

Json = Any

MANIFEST = """
version: 7.0.0
check: {stream_names: [customers]}
streams:
  - name: customers
    primary_key: id
    retriever:
      requester: {url: "{{ config['url'] }}/customers", error_handler: {max_retries: 0}}
      record_selector: {extractor: {field_path: []}}
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: day
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      end_datetime: "2024-12-31"
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties:
          id: {type: integer}
          day: {type: string}
          name: {type: string}
          address: {type: object, properties: {street: {type: string}, city: {type: string}}}
"""
RECORD = {
    "id": 1,
    "day": "2024-03-01",
    "name": "Ada Canary",
    "address": {"street": "Canary Row 7", "city": "Bath"},
    "phone": "canary 555",
    "mail of canary@example.org": "x",
}
NAME = "{streams: {customers: {fields: {name: person}}}, classes: {person: {mask: redact}}}"
NAME_AND_STREET = NAME.replace("name: person", "name: person, address.street: person")
PHONE = NAME.replace("name: person", "phone: person")
FIELDS_OF_MANIFEST = "    transformations: [{type: MaskFields, fields: [name], mask: redact}]\n"
KEPT = "id: public, day: public, name: public, address: public"
DROPS = f"{{unclassified: drop, classes: {{public: {{mask: keep}}}}, streams: {{customers: {{fields: {{{KEPT}}}}}}}}}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


@pytest.fixture(autouse=True)
def customers(api: FakeApi) -> None:
    api.on("/customers", [RECORD])


def sync(
    api: FakeApi,
    path: Path,
    policy: str = "",
    *,
    own: str = "",
    mode: Mode | None = None,
    full_refresh: bool = False,
) -> list[str]:
    """The warnings of a sync."""
    manifest = MANIFEST.replace("    schema_loader:", own + "    schema_loader:")
    manifest += f"metadata: {{masking: {policy}}}\n" if policy else ""
    told: list[str] = []
    sync_to_duckdb(
        parse_manifest(manifest),
        {"url": api.url},
        path,
        log=lambda level, text: told.append(text) if level == "WARN" else None,
        redactor=Redactor(),
        mode=mode,
        full_refresh=full_refresh,
    )
    return told


@pytest.mark.parametrize("mode", [pytest.param("append", id="append"), pytest.param(None, id="append_dedup")])
@pytest.mark.parametrize(
    ("policy", "own", "columns"),
    [
        pytest.param(NAME, "", "`name`", id="by a policy"),
        pytest.param("", FIELDS_OF_MANIFEST, "`name`", id="by the manifest"),
        pytest.param(NAME_AND_STREET, "", "`name`, `address.street`", id="a part of an object too"),
        pytest.param(PHONE, "", "`phone`", id="a field of which no schema tells"),
        pytest.param(DROPS, "", "`phone` and 1 more", id="dropped; a name that may be data is not told"),
    ],
)
def test_a_sync_under_a_new_mask_tells_what_older_rows_hold_in_clear(
    api: FakeApi, path: Path, mode: Mode | None, policy: str, own: str, columns: str
) -> None:
    """They stay as they came; only a full refresh replaces them."""
    first = sync(api, path, mode=mode)

    second = sync(api, path, policy, own=own, mode=mode)

    assert first == []
    assert second == [
        f"stream customers: masked from now on: {columns}; older rows hold them as they came then, until a sync with "
        "--full-refresh replaces them"
    ]
    assert "canary" not in str(second).lower()


def test_what_was_told_and_did_not_change_is_not_told_again(api: FakeApi, path: Path) -> None:
    """What is masked besides is, and so is what was in clear for a while."""
    sync(api, path)

    told = [sync(api, path, policy) for policy in (NAME, NAME, NAME_AND_STREET, NAME_AND_STREET, "", NAME)]

    assert [len(lines) for lines in told] == [1, 0, 1, 0, 0, 1]
    assert "`address.street`" in told[2][0]
    assert "`name`" not in told[2][0]
    assert "`name`" in told[5][0]


@pytest.mark.parametrize("policy", [NAME_AND_STREET, PHONE, DROPS])
@pytest.mark.parametrize("mode", ["append", "append_dedup", "overwrite"])
def test_rows_that_were_always_masked_give_no_warning(
    api: FakeApi, path: Path, mode: Mode, policy: str
) -> None:
    """Neither at the first sync nor later; of no mode."""
    assert [sync(api, path, policy, mode=mode) for _ in range(3)] == [[], [], []]


def test_where_all_is_replaced_nothing_is_told(api: FakeApi, path: Path) -> None:
    """No row stays that was not masked, then or later."""
    sync(api, path)

    replaced = sync(api, path, NAME, full_refresh=True)
    later = sync(api, path, NAME)

    assert (replaced, later) == ([], [])
    assert query(path, "SELECT DISTINCT name FROM customers") == [("***",)]


def test_a_field_that_is_new_is_in_no_older_row(api: FakeApi, path: Path) -> None:
    """Nothing of it stands in clear."""
    api.on("/customers", [{key: value for key, value in RECORD.items() if key != "phone"}])
    sync(api, path)
    api.on("/customers", [RECORD])

    assert sync(api, path, PHONE) == []


def test_a_table_without_rows_holds_nothing_in_clear(api: FakeApi, path: Path) -> None:
    """A first sync that brought nothing is as none."""
    api.on("/customers", [])
    sync(api, path)
    api.on("/customers", [RECORD])

    assert sync(api, path, NAME) == []


def test_a_sync_that_failed_tells_again(api: FakeApi, path: Path) -> None:
    """As long as nothing is loaded under the mask, the next one is the first."""
    sync(api, path)
    api.on("/customers", Answer({}, 500))
    failed = sync(api, path, NAME, mode="append")
    api.on("/customers", [RECORD])

    again = sync(api, path, NAME, mode="append")

    assert failed
    assert failed == again


def test_a_file_from_before_masks_were_kept_is_taken_for_clear(api: FakeApi, path: Path) -> None:
    """Better told once too often than rows in clear that nobody knows of."""
    sync(api, path, NAME)
    with duckdb.connect(str(path)) as file:
        file.execute("DROP TABLE _penstock.masks")

    told = [sync(api, path, NAME) for _ in range(2)]

    assert [len(lines) for lines in told] == [1, 0]
