"""A warehouse that two connectors sync into under masking policies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.warehouse import Ended, Warehouse

Json = Any

KEYS: Mapping[str, str] = {
    "MASKING_KEY_2026": "Wq8-zT3vY6pN1xR5yB0nK7dF4hG2mC9s",
    "MASKING_KEY_2025": "Lk2-hJ7vX4pQ9tR3yB8nZ5dF0wG6mC1s",
}
FAR = "9999-12-31"
OVER = "2001-01-01"


def table_manifest(name: str, *, incremental: bool = False) -> str:
    """A public manifest with one stream, its records those at `/<name>`."""
    cursor = """
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: changed_at
      datetime_format: "%Y-%m-%dT%H:%M:%SZ"
      start_datetime: "2024-01-01T00:00:00Z"
      end_datetime: "2024-02-01T00:00:00Z"
      start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: after}"""
    return f"""
version: 7.0.0
check: {{stream_names: [{name}]}}
streams:
  - name: {name}
    primary_key: id
    retriever:
      requester: {{url: "{{{{ config['url'] }}}}/{name}", error_handler: {{max_retries: 0}}}}
      record_selector: {{extractor: {{field_path: []}}}}{cursor if incremental else ""}
"""


def key(year: int, *, until: str = "") -> Json:
    """The key of a year, as policies name it."""
    made = {"ref": f"env:MASKING_KEY_{year}", "id": f"p{year % 100}"}
    return {**made, "until": until} if until else made


def hmac(domain: str) -> Json:
    """A rule for a field: a pseudonym of a domain."""
    return {"mask": {"type": "Hmac", "key": "people", "domain": domain}}


def write_policy(folder: Path, fields: Mapping[str, Json], *, keys: Json = None, **more: Json) -> str:
    """Write a policy for all streams; give what names it to `penstock sync`."""
    told = {"keys": {"people": keys or key(2026)}, "streams": {"*": {"fields": fields}}, **more}
    (folder / "policy.yaml").write_text(json.dumps(told))
    return "--masking=policy.yaml"


def only(told: Iterator[Json] | list[Json]) -> Json:
    """The one that there is."""
    (one,) = told
    return one


def report_of(folder: Path) -> Json:
    """The only report that lies there."""
    return json.loads(only(list(folder.glob("report-*.json"))).read_text())


def synced(warehouse: Warehouse, manifest: str, option: str, url: str, *more: str) -> Ended:
    """Sync under a policy, and see that it went well."""
    end = warehouse.sync(manifest, option, *more, config={"url": url})
    assert end.code == 0, end.err
    return end


@pytest.fixture
def office(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A warehouse, with the keys of two years in the environment."""
    for name, secret in KEYS.items():
        monkeypatch.setenv(name, secret)
    return warehouse
