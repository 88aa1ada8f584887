from __future__ import annotations

from pathlib import Path

import pytest

from penstock.authoring import ConfigError, ManifestError
from penstock_builder.image.metadata import make_metadata, read_metadata

GOOD = """\
data:
  name: People
  connectorType: source
  connectorSubtype: api
  definitionId: 0ad2e36b-d1f4-4f0e-8a29-6b6d7c0a0a11
  dockerRepository: acme/source-people
  dockerImageTag: 1.2.0
  license: MIT
  releases:
    breakingChanges:
      1.0.0: {message: Keys are numbers., upgradeDeadline: "2026-01-01"}
  anything: else
metadataSpecVersion: "1.0"
"""


def test_metadata_in_the_fields_form_is_read(tmp_path: Path) -> None:
    """What we do not know of is left alone: the form grows."""
    metadata = read_metadata(_file(tmp_path, GOOD))

    assert (metadata.repository, metadata.version, metadata.license) == ("acme/source-people", "1.2.0", "MIT")
    assert metadata.text.decode() == GOOD


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  dockerImageTag: 1.2.0\n", "", "2:3: error[metadata-field] `data` lacks `dockerImageTag`"),
        ("1.2.0", "latest", "7:19: error[metadata-field] `dockerImageTag` should match"),
        ("source\n", "destination\n", "3:18: error[metadata-field] `connectorType` is one of source"),
        ("0ad2e36b-", "", "5:17: error[metadata-field] `definitionId` should match"),
        ("name: People", "name: [canary]", "2:9: error[metadata-field] `name` should be of the type string"),
        ("{message: Keys are numbers., ", "{", "11:14: error[metadata-field] `1.0.0` lacks `message`"),
        (
            "1.2.0",
            f"1.2.0-{'a' * 123}",
            "7:19: error[metadata-field] `dockerImageTag` has more than the 128 characters",
        ),
        (
            "source-people",
            "a" * 251,
            "6:21: error[metadata-field] `dockerRepository` has more than the 255 characters",
        ),
        ("data:", "date:", "1:1: error[metadata-field] the file lacks `data`"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    """And without the value."""
    with pytest.raises(ManifestError) as failure:
        read_metadata(_file(tmp_path, GOOD.replace(old, new)))

    assert f"metadata.yaml:{told}" in str(failure.value)
    assert "canary" not in str(failure.value)


@pytest.mark.parametrize(("name", "version"), [("acme/source-other", None), (None, "1.3.0")])
def test_a_file_that_names_another_image_is_refused(
    tmp_path: Path, name: str | None, version: str | None
) -> None:
    """An image with two names would be registered as one thing and pulled as another."""
    with pytest.raises(ManifestError, match="metadata-disagrees"):
        read_metadata(_file(tmp_path, GOOD), name, version)

    assert read_metadata(_file(tmp_path, GOOD), "acme/source-people", "1.2.0").title == "People"


def test_metadata_is_made_where_there_is_none(tmp_path: Path) -> None:
    """Valid, and the same for the same name: registries know a connector by its `definitionId`."""
    made = make_metadata("acme/source-some-people", "1.2.0", subtype="api")

    assert made.title == "Some People"
    assert read_metadata(_file(tmp_path, made.text.decode())).version == "1.2.0"
    assert made.text == make_metadata("acme/source-some-people", "1.2.0", subtype="api").text


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("Acme/Source", "1.2.0"),
        ("acme/source", "1.2"),
        ("", "1.2.0"),
        ("a" * 256, "1.2.0"),
        ("acme/source", f"1.2.0-{'a' * 123}"),
    ],
)
def test_a_name_that_registries_refuse_is_refused(name: str, version: str) -> None:
    """Before anything is built; the hint says how long they may be."""
    with pytest.raises(ConfigError, match="cannot have this name") as failure:
        make_metadata(name, version, subtype="api")

    assert "at most 255 characters" in failure.value.hint


def test_the_longest_name_that_registries_take_is_taken() -> None:
    """255 characters of a repository, and 128 of a tag (distribution-spec, tags)."""
    name, version = "a" * 255, f"1.2.0-{'a' * 122}"

    assert make_metadata(name, version, subtype="api").version == version


def _file(folder: Path, text: str) -> Path:
    path = folder / "metadata.yaml"
    path.write_text(text)
    return path
