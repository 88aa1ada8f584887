"""From a manifest to an image in the OCI layout: base, libraries, runtime, and a few kilobytes of connector."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from penstock.authoring import ConfigError, ManifestError, Reading, __version__, read_manifest
from penstock_builder.image.airbyte import language_of, require_understood
from penstock_builder.image.base import Base, BaseImage, read_base
from penstock_builder.image.cache import Cache
from penstock_builder.image.config import HOME, Contract, connector_config, image_manifest, moment
from penstock_builder.image.connector import (
    MANIFEST_FOLDER,
    MASKING,
    Connector,
    collect,
    custom_code,
)
from penstock_builder.image.debian import debian_base
from penstock_builder.image.dependencies import FOLDER, libraries_layer, read_requirements, runtime_layer
from penstock_builder.image.epoch import Epoch, epoch_of
from penstock_builder.image.layers import USER, Layer, packs_like_others, write_layer
from penstock_builder.image.layout import (
    CONFIG,
    INDEX,
    MANIFEST,
    REFERENCE,
    BlobSource,
    Descriptor,
    Layout,
    Platform,
)
from penstock_builder.image.metadata import Metadata, metadata_of
from penstock_builder.image.packages import read_lock

Flavour = Literal["penstock", "airbyte"]
PLATFORMS = (Platform("linux", "amd64"), Platform("linux", "arm64"))
ENTRYPOINT = ("python3", "-m", "penstock")


@dataclass(frozen=True, slots=True)
class BuildInputs:
    """What an image is made of. The same inputs give the same digest, wherever they are built.

    Name and version are by default those of the `metadata.yaml` beside the manifest. `base` is by default our own,
    of Debian packages; the flavour `airbyte` needs one. `epoch` is in seconds since 1970, by default as `epoch_of`
    tells. `requirements` are the runtime's libraries, pinned with hashes; by default those that Penstock comes with.
    `wheels` is a folder to take them from instead of the package index. Without `bytecode` nothing of the base runs
    while building, and the connector starts in three times the time.
    """

    manifest: Path
    name: str | None = None
    version: str | None = None
    platforms: Sequence[Platform] = PLATFORMS
    flavour: Flavour = "penstock"
    base: BlobSource | None = None
    masking: Path | None = None
    epoch: int | None = None
    requirements: str | None = None
    wheels: Path | None = None
    bytecode: bool = True


@dataclass(frozen=True, slots=True)
class BuiltImage:
    """The image of one platform. Sizes are in bytes, as a registry stores them."""

    manifest: Descriptor
    size: int
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """An image in a layout. `digest` is of the index of all platforms; `connector_size` of the connector's own layer.

    `notes` are for the user: what could be better, none of it an error.
    """

    layout: Layout
    digest: str
    reference: str
    base_digest: str
    epoch: int
    images: Mapping[Platform, BuiltImage]
    connector_size: int
    seconds: float
    notes: tuple[str, ...]


def build(inputs: BuildInputs, output: Path, cache: Cache | None = None) -> Built:
    """Build an image into the folder `output`, as an OCI layout.

    Raises ManifestError for what is wrong with the manifest or `metadata.yaml`, ConfigError for the other inputs.
    """
    started = time.monotonic()
    cache = cache or Cache.default()
    reading = read_manifest(inputs.manifest)
    if not reading.can_run:
        raise ManifestError(reading.found)
    metadata = metadata_of(reading, inputs.name, inputs.version)
    connector = collect(inputs.manifest, reading, inputs.masking, metadata.text)
    base = _base(inputs, cache)
    if inputs.flavour == "airbyte":
        require_understood(reading, language_of(cache, base), masking=inputs.masking is not None)
    epoch = epoch_of(reading.folder) if inputs.epoch is None else Epoch(inputs.epoch)

    layout = Layout.create(output)
    schemas_in = HOME if inputs.flavour == "airbyte" else MANIFEST_FOLDER
    own = write_layer(layout, connector.entries(schemas_in), USER, epoch.seconds)
    images = {}
    for platform in sorted(inputs.platforms):
        image = base.image(platform)
        below = _runtime(inputs, cache, base, platform, layout)
        for layer in image.layers:
            layout.take(base.source, layer)
        contract = _contract(inputs, image, base, metadata, connector, reading, epoch.seconds)
        images[platform] = _image(layout, platform, image, [*below, own], contract, epoch.seconds)
    index = _index(layout, images, f"{metadata.repository}:{metadata.version}")
    notes = [epoch.note] if epoch.note else []
    if not packs_like_others():
        notes.append(
            "this Python packs differently from most: the layers are the same, their digests are not"
        )
    return Built(
        layout,
        index.digest,
        f"{metadata.repository}:{metadata.version}",
        base.digest,
        epoch.seconds,
        images,
        own.blob.size,
        time.monotonic() - started,
        tuple(notes),
    )


def _base(inputs: BuildInputs, cache: Cache) -> Base:
    if inputs.base is not None:
        return read_base(inputs.base)
    if inputs.flavour == "airbyte":
        raise ConfigError(
            "the flavour `airbyte` needs a base", hint="give `airbyte/source-declarative-manifest`"
        )
    return read_base(debian_base(cache, read_lock()))


def _runtime(
    inputs: BuildInputs, cache: Cache, base: Base, platform: Platform, layout: Layout
) -> list[Layer]:
    """The layers between the base and the connector, put into the layout."""
    if inputs.flavour == "airbyte":
        return []
    lock = read_requirements() if inputs.requirements is None else inputs.requirements
    found = (
        libraries_layer(cache, base, platform, lock, wheels=inputs.wheels, bytecode=inputs.bytecode),
        runtime_layer(cache, base, lock, bytecode=inputs.bytecode),
    )
    for source, layer in found:
        layout.take(source, layer.blob)
    return [layer for _, layer in found]


def _contract(
    inputs: BuildInputs,
    image: BaseImage,
    base: Base,
    metadata: Metadata,
    connector: Connector,
    reading: Reading,
    epoch: int,
) -> Contract:
    labels = {
        "io.airbyte.name": metadata.repository,
        "io.airbyte.version": metadata.version,
        "io.penstock.manifest.digest": connector.manifest_digest,
        "io.penstock.masking.digest": connector.masking_digest,
        "org.opencontainers.image.base.digest": base.digest,
        "org.opencontainers.image.created": moment(epoch),
        "org.opencontainers.image.documentation": metadata.documentation,
        "org.opencontainers.image.licenses": metadata.license,
        "org.opencontainers.image.title": metadata.title,
        "org.opencontainers.image.version": metadata.version,
    }
    if inputs.flavour == "airbyte":
        return Contract(image.entrypoint, {}, {name: text for name, text in labels.items() if text})
    labels["io.penstock.runtime.version"] = __version__
    environment = {"PYTHONPATH": f"/{FOLDER}", "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if connector.masking is not None:
        environment["PENSTOCK_MASKING"] = MASKING
    if custom_code(reading.tree):
        environment["PENSTOCK_ALLOW_CUSTOM_CODE"] = "1"
    return Contract(ENTRYPOINT, environment, {name: text for name, text in labels.items() if text})


def _image(
    layout: Layout,
    platform: Platform,
    base: BaseImage,
    layers: Sequence[Layer],
    contract: Contract,
    epoch: int,
) -> BuiltImage:
    config = layout.add_document(connector_config(base.config, contract, layers, epoch), CONFIG)
    blobs = [*base.layers, *(layer.blob for layer in layers)]
    manifest = layout.add_document(image_manifest(config, blobs, {}), MANIFEST)
    named = Descriptor(MANIFEST, manifest.digest, manifest.size, platform)
    return BuiltImage(named, manifest.size + config.size + sum(blob.size for blob in blobs), tuple(layers))


def _index(layout: Layout, images: Mapping[Platform, BuiltImage], reference: str) -> Descriptor:
    listed = [image.manifest.as_json() for image in images.values()]
    index = layout.add_document({"schemaVersion": 2, "mediaType": INDEX, "manifests": listed}, INDEX)
    layout.point_at([Descriptor(INDEX, index.digest, index.size, None, {REFERENCE: reference})])
    return index
