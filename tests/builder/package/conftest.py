"""A connector of several pages with a cursor, and an environment to install its wheel in."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from penstock_builder.package.build import Package, PackageInputs, make_wheel

Json = Any

MANIFEST = textwrap.dedent(
    """\
    version: "7.39.1"
    type: DeclarativeSource
    check: {type: CheckStream, stream_names: [orders]}
    streams:
      - type: DeclarativeStream
        name: orders
        primary_key: id
        schema_loader: {type: JsonFileSchemaLoader}
        retriever:
          type: SimpleRetriever
          requester: {type: HttpRequester, url_base: "{{ config['url'] }}", path: orders}
          record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [orders]}}
          paginator:
            type: DefaultPaginator
            page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: offset}
            page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: limit}
            pagination_strategy: {type: OffsetIncrement, page_size: 40}
        incremental_sync:
          type: DatetimeBasedCursor
          cursor_field: updated_at
          datetime_format: "%Y-%m-%d"
          start_datetime: "2026-01-01"
          start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}
    spec:
      type: Spec
      connection_specification:
        type: object
        required: [url]
        properties: {url: {type: string}}
    """
)
SCHEMA = """\
{"type": "object",
 "properties": {"id": {"type": "integer"}, "email": {"type": "string"}, "updated_at": {"type": "string"}}}
"""
POLICY = "streams: {orders: {fields: {email: {mask: {type: Drop}}}}}\n"
EPOCH = 1_700_000_000
CATALOG: Json = {
    "streams": [
        {
            "stream": {
                "name": "orders",
                "json_schema": {},
                "supported_sync_modes": ["full_refresh", "incremental"],
            },
            "sync_mode": "incremental",
            "destination_sync_mode": "append",
        }
    ]
}

Install = Callable[[Package], Path]


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """The folder of a connector."""
    folder = tmp_path / "orders"
    (folder / "schemas").mkdir(parents=True)
    (folder / "manifest.yaml").write_text(MANIFEST)
    (folder / "schemas/orders.json").write_text(SCHEMA)
    (folder / "README.md").write_text("Not of the connector itself.\n")
    return folder


@pytest.fixture
def inputs(orders: Path) -> PackageInputs:
    """Of that connector."""
    return PackageInputs(orders / "manifest.yaml", "acme/source-orders", "1.2.0", epoch=EPOCH)


@pytest.fixture
def wheel(inputs: PackageInputs) -> Package:
    """Of that connector."""
    return make_wheel(inputs)


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Installs a wheel by pip into an environment that has this Penstock and its libraries; gives its `bin`."""

    def installed(package: Package) -> Path:
        home = tmp_path / "environment"
        (tmp_path / package.file).write_bytes(package.data)
        _run(sys.executable, "-m", "venv", "--without-pip", home)
        [site] = home.glob("lib/python*/site-packages")
        (site / "ours.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
        python = home / "bin/python"
        _run(python, "-m", "pip", "install", "--quiet", "--no-index", tmp_path / package.file)
        return home / "bin"

    return installed


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
