"""The image that a connector's image stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from penstock.authoring import ConfigError, listed
from penstock_builder.image import shapes
from penstock_builder.image.bytecode import Interpreter, find_python, here
from penstock_builder.image.cache import Cache
from penstock_builder.image.layout import (
    INDEXES,
    BlobSource,
    Descriptor,
    Platform,
    descriptor,
    read_document,
)
from penstock_builder.image.unpacking import unpack_layer, verified

Json = Any


@dataclass(frozen=True, slots=True)
class BaseImage:
    """The base for one platform: its config, and its layers from the lowest up."""

    config: Json
    layers: tuple[Descriptor, ...]

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that the base sets."""
        settings = self.config.get("config") or {}
        return dict(pair.split("=", 1) for pair in settings.get("Env") or ())

    @property
    def entrypoint(self) -> tuple[str, ...]:
        """What the base starts."""
        settings = self.config.get("config") or {}
        return (*(settings.get("Entrypoint") or ()), *(settings.get("Cmd") or ()))


@dataclass(frozen=True, slots=True)
class Base:
    """An image to stand on, by its digest, for each of its platforms."""

    source: BlobSource
    digest: str
    images: Mapping[Platform, BaseImage]

    def image(self, platform: Platform) -> BaseImage:
        """The base for a platform. Raises ConfigError where it has none."""
        found = self.images.get(platform)
        if found is None:
            raise ConfigError(f"the base is not for {platform}; it is for {listed(map(str, self.images))}")
        return found

    @property
    def python(self) -> str:
        """The version of the base's Python, such as "3.11". Raises ConfigError unless there is exactly one."""
        versions = {image.environment.get("PYTHON_VERSION", "") for image in self.images.values()}
        if len(versions) != 1 or not all(versions):
            raise ConfigError(
                "the base does not say which Python it has",
                hint="it sets PYTHON_VERSION, as the official Python images do, to one version on all platforms",
            )
        return ".".join(versions.pop().split(".")[:2])

    def interpreter(self, cache: Cache) -> Interpreter:
        """The base's own Python, in files that are laid out once in the cache."""
        image = self.image(here())
        with cache.held("roots", self.digest) as (folder, made):
            if not made:
                for layer in image.layers:
                    with verified(self.source, layer) as stream:
                        unpack_layer(stream, folder)
        return find_python(folder, image.environment.get("PATH", "/usr/local/bin:/usr/bin"), self.python)


def read_base(source: BlobSource) -> Base:
    """Read what platforms an image has, and their configs; no layer is read."""
    images = {
        without_default(manifest.platform): image
        for manifest, image in read_images(source)
        if manifest.platform is not None
    }
    return Base(source, source.root().digest, images)


def read_images(source: BlobSource) -> Iterator[tuple[Descriptor, BaseImage]]:
    """The image of each platform, with what names its manifest, in the order of the index; no layer is read."""
    root = source.root()
    if root.media_type not in INDEXES:
        image = _read_image(source, root)
        told = image.config
        yield (
            replace(root, platform=Platform(told["os"], told["architecture"], told.get("variant") or "")),
            image,
        )
        return
    for child in map(descriptor, read_document(source, root)["manifests"]):
        if child.platform is not None and child.platform.os != "unknown":  # attestations of BuildKit
            yield child, _read_image(source, child)


def _read_image(source: BlobSource, manifest: Descriptor) -> BaseImage:
    told = read_document(source, manifest, shapes.MANIFEST)
    config = read_document(source, descriptor(told["config"]), shapes.CONFIG)
    layers = tuple(map(descriptor, told["layers"]))
    if len(config["rootfs"]["diff_ids"]) != len(layers):
        raise ConfigError("the base's config and manifest tell of different layers")
    return BaseImage(config, layers)


def without_default(platform: Platform) -> Platform:
    """Indexes name the only variant of arm64, or leave it out."""
    if platform.architecture == "arm64" and platform.variant == "v8":
        return Platform(platform.os, platform.architecture)
    return platform
