from __future__ import annotations

from pathlib import Path

import pytest
from tests.builder.image.conftest import MANIFEST

from penstock.authoring import ConfigError, ManifestError, read_manifest
from penstock_builder.image.connector import Connector, collect
from penstock_builder.image.metadata import metadata_of

CUSTOM = MANIFEST.replace(
    "record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}",
    "record_selector: {type: RecordSelector, extractor: {type: CustomRecordExtractor, class_name: components.Own}}",
)


def test_only_what_a_run_needs_goes_into_the_image(tmp_path: Path) -> None:
    """Configs, recordings, notes and hidden files of the folder stay where they are."""
    for name in (
        "config.json",
        ".env",
        "cases.yaml",
        "README.md",
        "secrets/config.json",
        "schemas/notes.txt",
    ):
        _write(tmp_path / name, "canary")
    for name in (
        "components.py",
        "schemas/people.json",
        "schemas/shared/name.json",
        "source_x/schemas/a.json",
    ):
        _write(tmp_path / name, "{}")

    connector = _collect(tmp_path, MANIFEST)

    assert sorted(
        entry.path.removeprefix("airbyte/integration_code/") for entry in connector.entries("/s")
    ) == [
        "metadata.yaml",
        "s/schemas/people.json",
        "s/schemas/shared/name.json",
        "s/source_x/schemas/a.json",
        "source_declarative_manifest/components.py",
        "source_declarative_manifest/manifest.yaml",
    ]


def test_a_schema_file_that_the_manifest_names_goes_along(tmp_path: Path) -> None:
    """Wherever it lies in the folder."""
    _write(tmp_path / "own/people.json", "{}")
    loader = "schema_loader: {type: JsonFileSchemaLoader, file_path: ./own/people.json}"

    connector = _collect(tmp_path, MANIFEST.replace("primary_key: id", f"primary_key: id\n    {loader}"))

    assert connector.schemas == (("own/people.json", b"{}"),)


@pytest.mark.parametrize("name", ["schemas/people.json", "components.py", "metadata.yaml"])
def test_a_file_from_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    """A link could bring any file of the machine into the image."""
    _write(tmp_path / "secret", "canary")
    path = tmp_path / "connector" / name
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "secret")

    with pytest.raises(ConfigError, match=f"{path.name} lies outside"):
        _collect(tmp_path / "connector", MANIFEST)
        metadata_of(read_manifest(tmp_path / "connector/manifest.yaml"), None, None)


def test_code_that_is_not_there_is_told_with_its_place(tmp_path: Path) -> None:
    """An image cannot take it from the machine that it was written on."""
    with pytest.raises(ManifestError, match=r"manifest.yaml:11:\d+: error\[custom-code-missing\]"):
        _collect(tmp_path, CUSTOM)

    _write(tmp_path / "components.py", "class Own: ...")
    assert _collect(tmp_path, CUSTOM).components == b"class Own: ..."


def test_the_policy_is_told_by_what_it_says(tmp_path: Path) -> None:
    """In a file or in the manifest, in place or by a reference, however it is written."""
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text("version: 1\nunclassified: keep\n")
    two.write_text("{unclassified: keep, version: 1}")
    inside = MANIFEST + "metadata: {masking: {version: 1, unclassified: keep}}\n"
    named = MANIFEST + "metadata: '#/own'\nown: {masking: {version: 1, unclassified: keep}}\n"

    digests = {
        _collect(tmp_path, MANIFEST, one).masking_digest,
        _collect(tmp_path, MANIFEST, two).masking_digest,
        _collect(tmp_path, inside).masking_digest,
        _collect(tmp_path, named).masking_digest,
    }

    assert len(digests) == 1
    assert _collect(tmp_path, MANIFEST).masking_digest == ""


def test_a_policy_that_does_not_read_is_refused(tmp_path: Path) -> None:
    """A word misspelt would leave data in clear."""
    (tmp_path / "policy.yaml").write_text("unclassifed: drop\n")

    with pytest.raises(ManifestError, match=r"policy.yaml:1:1: error\[unknown-field\]"):
        _collect(tmp_path, MANIFEST, tmp_path / "policy.yaml")


def _collect(folder: Path, manifest: str, masking: Path | None = None) -> Connector:
    path = folder / "manifest.yaml"
    path.write_text(manifest)
    return collect(path, read_manifest(path), masking, b"")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
