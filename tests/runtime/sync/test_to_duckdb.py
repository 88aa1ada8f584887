from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.warehouse import query

from penstock.destinations.duckdb.load import Mode
from penstock.errors import ConfigError
from penstock.masking.redactor import Redactor
from penstock.plan.manifest import parse_manifest
from penstock.sync.to_duckdb import SyncResult, sync_to_duckdb
from penstock.testing.fake_api import Answer, FakeApi
from penstock.testing.fakes import Fakes

MANIFEST = """
version: 7.0.0
check: {stream_names: [orders]}
definitions:
  retriever:
    requester:
      url: "{{ config['url'] }}/{{ parameters['name'] }}"
      error_handler: {max_retries: 0}
    record_selector: {extractor: {field_path: []}}
  by_day:
    type: DatetimeBasedCursor
    cursor_field: day
    datetime_format: "%Y-%m-%d"
    start_datetime: "2024-01-01"
    end_datetime: "2024-12-31"
    start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: from}
streams:
  - $parameters: {name: orders}
    primary_key: id
    incremental_sync: {$ref: "#/definitions/by_day"}
    retriever: {$ref: "#/definitions/retriever"}
  - $parameters: {name: visits}
    incremental_sync: {$ref: "#/definitions/by_day"}
    retriever: {$ref: "#/definitions/retriever"}
  - $parameters: {name: people}
    primary_key: id
    retriever: {$ref: "#/definitions/retriever"}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def sync(
    api: FakeApi,
    path: Path,
    *streams: str,
    mode: Mode | None = None,
    full_refresh: bool = False,
    manifest: str = MANIFEST,
) -> SyncResult:
    api.requests.clear()
    log = Fakes().resources().log
    return sync_to_duckdb(
        parse_manifest(manifest),
        {"url": api.url},
        path,
        log=log,
        redactor=Redactor(),
        streams=streams,
        mode=mode,
        full_refresh=full_refresh,
    )


def rows(path: Path, stream: str) -> list[Any]:
    return [row for (row,) in query(path, f"SELECT id FROM {stream} ORDER BY id")]


@pytest.mark.parametrize(
    ("stream", "mode"),
    [
        pytest.param("orders", "append_dedup", id="cursor and key: merged"),
        pytest.param("visits", "append", id="cursor alone: appended"),
        pytest.param("people", "overwrite", id="no cursor: replaced"),
    ],
)
def test_the_usual_mode_follows_from_the_stream(api: FakeApi, path: Path, stream: str, mode: str) -> None:
    """What is new can be added only where a cursor finds it, and merged only where a key tells rows apart."""
    api.on(f"/{stream}", [])

    assert sync(api, path, stream).loaded[stream].mode == mode


def test_the_second_sync_asks_for_what_is_new(api: FakeApi, path: Path) -> None:
    """The state is in the file, with the rows that it covers."""
    api.in_turn("/orders", [{"id": "a", "day": "2024-03-01"}], [{"id": "b", "day": "2024-03-05"}])
    sync(api, path, "orders")

    sync(api, path, "orders")

    assert api.paths() == ["/orders?from=2024-03-01"]
    assert rows(path, "orders") == ["a", "b"]


@pytest.mark.parametrize(
    ("mode", "full_refresh", "asked", "left"),
    [
        pytest.param(None, True, "2024-01-01", ["b"], id="full refresh"),
        pytest.param("overwrite", False, "2024-01-01", ["b"], id="overwrite"),
        pytest.param("append", False, "2024-03-01", ["a", "b"], id="append"),
    ],
)
def test_where_a_table_is_replaced_all_is_read(
    api: FakeApi, path: Path, mode: Mode | None, asked: str, left: list[str], *, full_refresh: bool
) -> None:
    """A table that held only what is new would not be the stream; the sync after it goes on from its end."""
    api.in_turn("/orders", [{"id": "a", "day": "2024-03-01"}], [{"id": "b", "day": "2024-03-05"}], [])
    sync(api, path, "orders")

    sync(api, path, "orders", mode=mode, full_refresh=full_refresh)

    assert api.paths() == [f"/orders?from={asked}"]
    assert rows(path, "orders") == left
    sync(api, path, "orders")
    assert api.paths() == ["/orders?from=2024-03-05"]


@pytest.mark.parametrize("full_refresh", [False, True], ids=["as usual", "as full refresh"])
def test_a_refresh_that_fails_leaves_rows_and_state(api: FakeApi, path: Path, *, full_refresh: bool) -> None:
    """Nothing that was there is touched, and the next sync goes on from it."""
    api.in_turn("/orders", [{"id": "a", "day": "2024-03-01"}], Answer({}, 403), [])
    sync(api, path, "orders")

    failed = sync(api, path, "orders", full_refresh=full_refresh)

    assert list(failed.failures) == ["orders"]
    assert not failed.loaded["orders"].complete
    assert rows(path, "orders") == ["a"]
    sync(api, path, "orders")
    assert api.paths() == ["/orders?from=2024-03-01"]


def test_an_answer_that_cannot_be_read_fails_its_stream(api: FakeApi, path: Path) -> None:
    """A web page in place of JSON is no empty list: the table that is there would be emptied."""
    api.in_turn("/people", [{"id": "a"}], Answer("<html>", 200, {"Content-Type": "text/html"}))
    sync(api, path, "people")

    failed = sync(api, path, "people")

    assert list(failed.failures) == ["people"]
    assert rows(path, "people") == ["a"]


def test_what_cannot_be_merged_is_refused_before_anything_is_read(api: FakeApi, path: Path) -> None:
    """All such streams are named at once."""
    with pytest.raises(
        ConfigError, match="append_dedup needs a primary key, which these streams do not have: visits"
    ):
        sync(api, path, mode="append_dedup")

    assert api.requests == []
    assert not path.exists()


@pytest.mark.parametrize(
    ("mask", "mode", "refused"),
    [
        pytest.param("{type: Redact}", None, True, id="Redact"),
        pytest.param("{type: Nullify}", None, True, id="Nullify"),
        pytest.param("{type: Drop}", None, True, id="Drop"),
        pytest.param("{type: Partial, keep_first: 3}", None, True, id="Partial"),
        pytest.param("{type: Hmac, domain: order, key: 'file:%s'}", None, False, id="Hmac keeps keys apart"),
        pytest.param("{type: Redact}", "append", False, id="appended rows need no key"),
    ],
)
def test_rows_are_not_merged_by_a_key_that_a_mask_blurs(
    api: FakeApi, tmp_path: Path, mask: str, mode: Mode | None, *, refused: bool
) -> None:
    """All rows would have one key, and all but one be lost: it is refused before anything is read."""
    key_file, path = tmp_path / "key", tmp_path / "warehouse.duckdb"
    key_file.write_text("mUq4v9xZr1Tn8Wc6Lk3Pd7Sg2Hj5Fb0Y")
    masks = f"    transformations: [{{type: MaskFields, fields: [id], mask: {mask.replace('%s', str(key_file))}}}]\n"
    masked = MANIFEST.replace("  - $parameters: {name: visits}", masks + "  - $parameters: {name: visits}")
    api.on("/orders", [{"id": "a", "day": "2024-03-01"}, {"id": "b", "day": "2024-03-01"}])

    if refused:
        with pytest.raises(ConfigError, match=r"masks make different primary keys equal.* in: orders"):
            sync(api, path, "orders", mode=mode, manifest=masked)
        assert api.requests == []
    else:
        sync(api, path, "orders", mode=mode, manifest=masked)
        assert len(rows(path, "orders")) == 2
