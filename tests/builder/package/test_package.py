from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
import subprocess
import time
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from tests.builder.package.conftest import CATALOG, MANIFEST, POLICY, SCHEMA, Install

from penstock import __version__
from penstock.authoring import ConfigError, ManifestError
from penstock.testing.fake_api import FakeApi
from penstock_builder.image.gates import RefusedError
from penstock_builder.package.build import Package, PackageInputs, make_wheel, make_zip
from penstock_builder.package.wheel import public_version

CUSTOM = MANIFEST.replace("{type: DpathExtractor, field_path: [orders]}", "{class_name: components.Orders}")
CODE = """\
from penstock.custom import RecordExtractor

class Orders(RecordExtractor):
    def extract(self, response, elements):
        for element in elements:
            yield from ({**order, "seen": True} for order in element["orders"])
"""
DATABASE = """\
version: 7.39.1
check: {stream_names: [orders]}
streams:
  - name: orders
    retriever: {type: SqlRetriever, url: "{{ config['url'] }}", table: orders}
spec: {connection_specification: {type: object, properties: {url: {type: string}}}}
"""


def contents(package: Package) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_zip_holds_what_a_connector_needs(inputs: PackageInputs) -> None:
    """The files that are in an image's layer, as they lie beside each other; nothing else of the folder."""
    package = make_zip(inputs)

    found = contents(package)

    assert package.file == "source-orders-1.2.0.zip"
    assert list(found) == ["manifest.yaml", "schemas/orders.json", "metadata.yaml"]
    assert found["manifest.yaml"] == MANIFEST.encode()
    assert found["schemas/orders.json"] == SCHEMA.encode()


@pytest.mark.parametrize("make", [make_zip, make_wheel])
def test_the_same_inputs_make_the_same_bytes(
    make: object, inputs: PackageInputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another folder, in another time zone, with other rights of the files."""
    assert callable(make)
    here = make(inputs)
    there = tmp_path / "there"
    inputs.manifest.parent.rename(there)
    (there / "manifest.yaml").chmod(0o600)
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        again = make(dataclasses.replace(inputs, manifest=there / "manifest.yaml"))
    finally:
        monkeypatch.undo()
        time.tzset()

    assert again == here
    with zipfile.ZipFile(io.BytesIO(here.data)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
        assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize(
    ("epoch", "told"),
    [
        (0, (1980, 1, 1, 0, 0, 0)),
        (315_532_800, (1980, 1, 1, 0, 0, 0)),
        (4_354_819_198, (2107, 12, 31, 23, 59, 58)),
        (8_589_934_591, (2107, 12, 31, 23, 59, 58)),
    ],
    ids=["earlier", "first", "last", "later"],
)
def test_a_time_that_a_zip_cannot_tell_is_the_next_that_it_can(
    inputs: PackageInputs, epoch: int, told: tuple[int, ...]
) -> None:
    """A zip counts from 1980 to 2107; SOURCE_DATE_EPOCH may say more."""
    made = make_zip(dataclasses.replace(inputs, epoch=epoch))

    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert {member.date_time for member in archive.infolist()} == {told}


@pytest.mark.parametrize("make", [make_zip, make_wheel])
def test_a_secret_in_the_name_of_a_file_is_not_packed(
    make: object, inputs: PackageInputs, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zip and a wheel list the names of their files, as a layer does. The name is not told."""
    assert callable(make)
    monkeypatch.setenv("SHOP_TOKEN", "canary-7f3a9c2e")
    (orders / "schemas/canary-7f3a9c2e.json").write_text(SCHEMA)

    with pytest.raises(RefusedError, match="is in the name of this file") as failure:
        make(inputs)

    assert "canary" not in str(failure.value)


def test_a_wheel_tells_of_every_file_in_it(wheel: Package) -> None:
    """With its digest and its size, as the binary distribution format asks; itself excepted."""
    found = contents(wheel)

    record = list(csv.reader(io.StringIO(found["source_orders-1.2.0.dist-info/RECORD"].decode())))

    assert wheel.file == "source_orders-1.2.0-py3-none-any.whl"
    assert [name for name, _, _ in record] == list(found)
    assert record[-1][1:] == ["", ""]
    for name, digest, size in record[:-1]:
        told = urlsafe_b64encode(hashlib.sha256(found[name]).digest()).rstrip(b"=").decode()
        assert (digest, int(size)) == (f"sha256={told}", len(found[name]))


@pytest.mark.parametrize(
    ("manifest", "needed"),
    [(MANIFEST, "penstock-connectors"), (DATABASE, "penstock-connectors[postgres]")],
    ids=["api", "database"],
)
def test_a_wheel_asks_for_this_penstock(inputs: PackageInputs, manifest: str, needed: str) -> None:
    """In this version; with the driver where the manifest reads a database."""
    inputs.manifest.write_text(manifest)

    metadata = contents(make_wheel(inputs))["source_orders-1.2.0.dist-info/METADATA"].decode()

    assert f"Requires-Dist: {needed}=={__version__}\n" in metadata


def test_pip_installs_a_wheel_and_its_command_runs(
    inputs: PackageInputs, orders: Path, install: Install, tmp_path: Path
) -> None:
    """From any folder, with its schemas; and with its policy, which the caller need not name."""
    (orders / "masking.yaml").write_text(POLICY)
    (tmp_path / "config.json").write_text(json.dumps({"url": "http://127.0.0.1:9"}))

    command = (
        install(make_wheel(dataclasses.replace(inputs, masking=orders / "masking.yaml"))) / "source-orders"
    )
    version, spec, discover = (
        subprocess.run([command, *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        for words in (["--version"], ["spec"], ["discover", "--config", "config.json"])
    )

    assert version == f"source-orders 1.2.0 (penstock {__version__})\n"
    assert json.loads(spec)["spec"]["connectionSpecification"]["required"] == ["url"]
    [catalog] = [json.loads(line)["catalog"] for line in discover.splitlines() if '"CATALOG"' in line]
    assert set(catalog["streams"][0]["json_schema"]["properties"]) == {"id", "updated_at"}


@pytest.mark.parametrize("name", ["policy.yaml", "masking.yaml"])
def test_a_policy_beside_the_manifest_that_is_left_out_is_told(
    inputs: PackageInputs, orders: Path, name: str
) -> None:
    """Its author has seen every field masked; the second name is that of a package that was unpacked."""
    policy = orders / name
    policy.write_text(POLICY)

    without, with_it = make_zip(inputs), make_zip(dataclasses.replace(inputs, masking=policy))

    assert [note for note in without.notes if name in note]
    assert not [note for note in with_it.notes if name in note]
    assert contents(with_it)["masking.yaml"] == POLICY.encode()


def test_the_command_is_a_connector_and_nothing_else(wheel: Package, install: Install) -> None:
    """The verbs of the protocol; those of an author are Penstock's own."""
    command = install(wheel) / "source-orders"

    refused = subprocess.run([command, "sync"], capture_output=True, text=True, check=False)
    told = subprocess.run([command, "--help"], capture_output=True, text=True, check=True).stdout

    assert refused.returncode == 2
    assert [line.split()[0] for line in told.split("Commands:\n")[1].splitlines()] == [
        "check",
        "discover",
        "read",
        "spec",
    ]


def test_custom_code_is_in_a_wheel_only_by_choice(inputs: PackageInputs) -> None:
    """The command would run it without asking, so who builds it says so; each place is named."""
    inputs.manifest.write_text(CUSTOM)
    (inputs.manifest.parent / "components.py").write_text(CODE)

    with pytest.raises(ManifestError, match=r"manifest.yaml:12:\d+: error\[custom-code-not-allowed\]"):
        make_wheel(inputs)
    made = contents(make_wheel(dataclasses.replace(inputs, allow_custom_code=True)))

    assert made["source_orders/components.py"] == CODE.encode()
    assert b"allow_custom_code=True" in made["source_orders/__init__.py"]


def test_custom_code_that_was_allowed_runs(
    inputs: PackageInputs, install: Install, api: FakeApi, tmp_path: Path
) -> None:
    """The command asks nobody, for it is run by programs."""
    api.on("/orders", {"orders": [{"id": 1, "updated_at": "2026-01-02"}]})
    (tmp_path / "config.json").write_text(json.dumps({"url": api.url}))
    (tmp_path / "catalog.json").write_text(json.dumps(CATALOG))
    inputs.manifest.write_text(CUSTOM)
    (inputs.manifest.parent / "components.py").write_text(CODE)

    command = install(make_wheel(dataclasses.replace(inputs, allow_custom_code=True))) / "source-orders"
    done = subprocess.run(
        [command, "read", "--config", "config.json", "--catalog", "catalog.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    messages = [json.loads(line) for line in done.stdout.splitlines()]
    [record] = [message["record"]["data"] for message in messages if message["type"] == "RECORD"]
    assert record == {"id": 1, "updated_at": "2026-01-02", "seen": True}


def test_the_choice_does_nothing_where_there_is_no_custom_code(inputs: PackageInputs) -> None:
    """A manifest in plain YAML never runs Python."""
    assert make_wheel(dataclasses.replace(inputs, allow_custom_code=True)) == make_wheel(inputs)


@pytest.mark.parametrize(
    ("semantic", "public"),
    [
        ("1.2.0", "1.2.0"),
        ("1.2.0-rc.1", "1.2.0rc1"),
        ("2.0.0-alpha1", "2.0.0a1"),
        ("0.1.0-dev.7", "0.1.0.dev7"),
    ],
)
def test_a_version_is_written_as_pip_reads_it(semantic: str, public: str) -> None:
    """PEP 440, of the versions of images."""
    assert public_version(semantic) == public


@pytest.mark.parametrize("version", ["1.2", "1.2.0-nightly", "1.2.0+local", "1.2.0-rc"])
def test_a_version_that_pip_cannot_read_is_refused(version: str) -> None:
    with pytest.raises(ConfigError, match=r"1\.2\.0-rc\.1"):
        public_version(version)
