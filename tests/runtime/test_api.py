from __future__ import annotations

from pathlib import Path

import pytest

import penstock
from penstock.destinations.memory import MemoryDestination
from penstock.errors import ConfigError
from penstock.testing.fake_api import FakeApi

MANIFEST = """
version: 6.44.0
check: {stream_names: [orders]}
spec:
  connection_specification: {type: object, required: [shop], properties: {shop: {type: string}}}
definitions:
  record_selector: {extractor: {field_path: [items]}}
  error_handler: {type: DefaultErrorHandler, max_retries: 0}
streams:
  - name: orders
    primary_key: id
    transformations: [{type: MaskFields, fields: [email], mask: redact}]
    retriever:
      requester:
        url: "{{ config['shop'] }}/orders"
        error_handler: {$ref: "#/definitions/error_handler"}
      record_selector: {$ref: "#/definitions/record_selector"}
  - name: refunds
    retriever:
      requester:
        url: "{{ config['shop'] }}/refunds"
        error_handler: {$ref: "#/definitions/error_handler"}
      record_selector: {$ref: "#/definitions/record_selector"}
"""


@pytest.fixture
def manifest(tmp_path: Path) -> penstock.Manifest:
    path = tmp_path / "manifest.yaml"
    path.write_text(MANIFEST)
    return penstock.load(path)


def test_streams_are_read_into_memory(api: FakeApi, manifest: penstock.Manifest) -> None:
    """Masked, as on the command line; there is no other way in."""
    api.on("/orders", {"items": [{"id": 1, "email": "ada@example.test"}]})
    api.on("/refunds", {"items": [{"id": 2}]})

    result, read = penstock.read(manifest, {"shop": api.url})

    assert result.succeeded
    assert isinstance(read, MemoryDestination)
    assert read.records["refunds"] == [{"id": 2}]
    [order] = read.records["orders"]
    assert order["id"] == 1
    assert "ada" not in str(order)


def test_a_policy_masks_a_manifest_that_says_nothing_of_it(api: FakeApi, tmp_path: Path) -> None:
    """As `--masking` does."""
    api.on("/orders", {"items": [{"id": 1, "email": "ada@example.test", "note": "mine"}]})
    api.on("/refunds", {"items": [{"id": 2, "email": "eve@example.test"}]})
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    (tmp_path / "policy.yaml").write_text(
        "classes: {public: {mask: {type: Keep}}}\nunclassified: drop\nstreams: {'*': {fields: {id: public}}}\n"
    )
    manifest = penstock.load(tmp_path / "manifest.yaml", masking=tmp_path / "policy.yaml")

    _, read = penstock.read(manifest, {"shop": api.url})

    assert isinstance(read, MemoryDestination)
    assert read.records == {"orders": [{"id": 1, "email": "***"}], "refunds": [{"id": 2}]}


def test_streams_are_read_into_a_destination_of_the_callers(
    api: FakeApi, manifest: penstock.Manifest
) -> None:
    """And only those that are asked for."""
    api.on("/refunds", {"items": [{"id": 2}]})
    mine = MemoryDestination()

    _, read = penstock.read(manifest, {"shop": api.url}, mine, streams=["refunds"])

    assert read is mine
    assert api.paths() == ["/refunds"]
    assert mine.records == {"refunds": [{"id": 2}]}


def test_a_stream_that_fails_does_not_stop_the_others(api: FakeApi, manifest: penstock.Manifest) -> None:
    """The result names it and its error."""
    api.on("/refunds", {"items": [{"id": 2}]})

    result, read = penstock.read(manifest, {"shop": api.url})

    assert not result.succeeded
    assert list(result.failures) == ["orders"]
    assert isinstance(read, MemoryDestination)
    assert read.records["refunds"] == [{"id": 2}]


def test_check_tells_whether_a_config_works(api: FakeApi, manifest: penstock.Manifest) -> None:
    """By a record of the streams that the manifest's check names."""
    assert not penstock.check(manifest, {"shop": api.url}).succeeded

    api.on("/orders", {"items": [{"id": 1}]})

    assert penstock.check(manifest, {"shop": api.url}).succeeded


def test_discover_lists_the_streams_without_a_request(api: FakeApi, manifest: penstock.Manifest) -> None:
    """As the Airbyte protocol's catalog does."""
    catalog = penstock.discover(manifest, {"shop": api.url})

    assert [stream["name"] for stream in catalog] == ["orders", "refunds"]
    assert catalog[0]["source_defined_primary_key"] == [["id"]]
    assert api.requests == []


def test_a_config_that_does_not_fit_is_refused_by_all(manifest: penstock.Manifest) -> None:
    """ConfigError, before anything is sent."""
    for use in (penstock.check, penstock.discover, penstock.read):
        with pytest.raises(ConfigError):
            use(manifest, {})


def test_a_wrong_manifest_is_an_error_to_load_and_a_list_to_lint(tmp_path: Path) -> None:
    """With the same problems."""
    path = tmp_path / "manifest.yaml"
    path.write_text("streems: []")

    with pytest.raises(penstock.ManifestError) as raised:
        penstock.load(path)

    problems = penstock.lint("streems: []", str(path))
    assert raised.value.diagnostics == problems
    assert [problem.rule for problem in problems] == ["missing-field", "missing-field", "unknown-field"]


def test_a_library_does_not_speak(
    api: FakeApi, manifest: penstock.Manifest, capfd: pytest.CaptureFixture[str]
) -> None:
    """What happened is in the result; standard output and error are the program's own."""
    penstock.read(manifest, {"shop": api.url})

    assert capfd.readouterr() == ("", "")
