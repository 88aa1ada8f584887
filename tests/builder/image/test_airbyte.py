from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from tests.builder.image.conftest import EPOCH, MANIFEST

from penstock.authoring import ConfigError, ManifestError
from penstock_builder.image.build import PLATFORMS, BuildInputs, build
from penstock_builder.image.cache import Cache
from penstock_builder.image.layers import ROOT, Entry, write_layer
from penstock_builder.image.layout import CONFIG, INDEX, Descriptor, Layout, descriptor, read_document
from penstock_builder.image.layout import MANIFEST as IMAGE

SCHEMA = textwrap.dedent(
    """\
    title: DeclarativeSource
    type: object
    properties: {type: {}, check: {}, streams: {}, version: {}, spec: {}, metadata: {}}
    definitions:
      CheckStream: {properties: {type: {}, stream_names: {}}}
      DeclarativeStream: {properties: {type: {}, name: {}, primary_key: {}, retriever: {}, transformations: {}}}
      SimpleRetriever: {properties: {type: {}, requester: {}, record_selector: {}}}
      HttpRequester: {properties: {type: {}, url_base: {}, path: {}}}
      RecordSelector: {properties: {type: {}, extractor: {}}}
      DpathExtractor: {properties: {type: {}, field_path: {}}}
      Spec: {properties: {type: {}, connection_specification: {}}}
    """
)
"""A small language, as an old runtime would have it: what a base understands is read from the base."""

MASKED = MANIFEST.replace(
    "primary_key: id",
    "primary_key: id\n    transformations: [{type: MaskFields, fields: [name], mask: {type: Redact}}]",
)


def test_the_files_are_where_airbytes_entry_point_reads(tmp_path: Path) -> None:
    """On its base, with its own entry point, and nothing of ours."""
    built = build(_inputs(tmp_path, MANIFEST), tmp_path / "image", Cache(tmp_path / "cache"))

    manifest = read_document(built.layout, built.images[PLATFORMS[0]].manifest)
    settings = read_document(built.layout, descriptor(manifest["config"]))["config"]
    assert settings["Entrypoint"] == ["python", "/airbyte/integration_code/main.py"]
    assert "AIRBYTE_ENTRYPOINT=python /airbyte/integration_code/main.py" in settings["Env"]
    assert not [pair for pair in settings["Env"] if "PENSTOCK" in pair or "PYTHONPATH" in pair]
    assert len(manifest["layers"]) == 2
    assert built.connector_size < 200_000


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        (MASKED, "does not know MaskFields"),
        (MANIFEST.replace("path: people}", "path: people, http_method: GET}"), "passes over `http_method`"),
        (MANIFEST + "metadata: {masking: {version: 1}}\n", "passes over a masking policy"),
    ],
    ids=["component", "field", "policy"],
)
def test_what_airbytes_runtime_would_pass_over_is_refused(tmp_path: Path, manifest: str, told: str) -> None:
    """With its place: a mask that is passed over would let data leave in clear."""
    with pytest.raises(ManifestError) as failure:
        build(_inputs(tmp_path, manifest), tmp_path / "image", Cache(tmp_path / "cache"))

    assert "error[not-in-airbyte]" in str(failure.value)
    assert told in str(failure.value)
    assert not (tmp_path / "image").exists()


def test_a_policy_beside_the_manifest_is_refused_too(tmp_path: Path) -> None:
    """That runtime has no place for it."""
    (tmp_path / "policy.yaml").write_text("version: 1\n")

    with pytest.raises(ManifestError, match="passes over a masking policy"):
        build(
            _inputs(tmp_path, MANIFEST, tmp_path / "policy.yaml"),
            tmp_path / "image",
            Cache(tmp_path / "cache"),
        )


def test_a_base_of_another_kind_is_refused(tmp_path: Path) -> None:
    """It would start something else."""
    with pytest.raises(ConfigError, match="not one of Airbyte's"):
        build(_inputs(tmp_path, MANIFEST, schema=None), tmp_path / "image", Cache(tmp_path / "cache"))


def test_airbytes_flavour_needs_a_base(tmp_path: Path) -> None:
    """We have none of theirs to give."""
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    inputs = BuildInputs(tmp_path / "manifest.yaml", "acme/source-people", "1.2.0", flavour="airbyte")

    with pytest.raises(ConfigError, match="needs a base"):
        build(inputs, tmp_path / "image", Cache(tmp_path / "cache"))


def _inputs(
    folder: Path, manifest: str, masking: Path | None = None, schema: str | None = SCHEMA
) -> BuildInputs:
    (folder / "manifest.yaml").write_text(manifest)
    (folder / "base").mkdir()
    return BuildInputs(
        folder / "manifest.yaml",
        "acme/source-people",
        "1.2.0",
        flavour="airbyte",
        base=_base(folder / "base", schema),
        masking=masking,
        epoch=EPOCH,
    )


def _base(folder: Path, schema: str | None) -> Layout:
    """An image that is shaped as `airbyte/source-declarative-manifest` is."""
    layout = Layout.create(folder)
    library = "usr/local/lib/python3.13/site-packages/airbyte_cdk/sources/declarative"
    entries = [Entry("etc/os-release")]
    if schema is not None:
        entries.append(Entry(f"{library}/declarative_component_schema.yaml", schema.encode()))
    layer = write_layer(layout, entries, ROOT, 0)
    images = []
    for platform in PLATFORMS:
        settings = {
            "Entrypoint": ["python", "/airbyte/integration_code/main.py"],
            "Env": ["PATH=/usr/local/bin"],
        }
        config = {**platform.as_json(), "config": settings, "rootfs": {"diff_ids": [layer.diff_id]}}
        blob = layout.add_document(config, CONFIG)
        told = {"schemaVersion": 2, "config": blob.as_json(), "layers": [layer.blob.as_json()]}
        made = layout.add_document(told, IMAGE)
        images.append(Descriptor(IMAGE, made.digest, made.size, platform).as_json())
    layout.point_at([layout.add_document({"schemaVersion": 2, "manifests": images}, INDEX)])
    return layout
