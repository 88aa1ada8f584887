"""What a layer is and holds, as far as the rest of an image tells of it, in one pass over its bytes."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from penstock.authoring import ConfigError
from penstock_builder.image.connector import MANIFEST_FOLDER
from penstock_builder.image.layout import BlobSource, Descriptor
from penstock_builder.image.unpacking import Hashed, verified

_OCI = "application/vnd.oci.image.layer."
_PLAIN = (
    f"{_OCI}v1.tar",
    f"{_OCI}nondistributable.v1.tar",
    "application/vnd.docker.image.rootfs.diff.tar",
)
_GZIP = (
    *(f"{kind}+gzip" for kind in _PLAIN[:2]),
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
)
_ZSTD = (*(f"{kind}+zstd" for kind in _PLAIN[:2]),)
LAYERS = (*_PLAIN, *_GZIP, *_ZSTD)
"""Media types that layers have (image-spec v1.1, layer.md, and those of Docker)."""

_MANIFEST = PurePosixPath(f"{MANIFEST_FOLDER}/manifest.yaml")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """`diff_id` is the digest of the unpacked tar, empty where we cannot unpack it.

    `manifest` is the digest of the connector's manifest in the layer: None where the layer leaves it as it was, and
    empty where it hides it, puts something in its place that is no file, or may do so: where we cannot unpack it.
    """

    diff_id: str
    manifest: str | None


def read_layer(source: BlobSource, layer: Descriptor) -> LayerFacts:
    """Read a layer through. Raises ConfigError where its digest, its size or its packing is not as it is told."""
    with verified(source, layer) as packed:
        if layer.media_type not in (*_PLAIN, *_GZIP):
            return LayerFacts("", "")
        try:
            if layer.media_type in _PLAIN:
                return _facts(Hashed(packed))
            with gzip.open(packed) as plain:
                return _facts(Hashed(plain))
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError):
            raise ConfigError(f"the layer {layer.digest} of the image cannot be read") from None


def _facts(plain: Hashed) -> LayerFacts:
    with io.BufferedReader(plain, _CHUNK) as stream:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            manifest = _manifest_in(tar)
        while stream.read(_CHUNK):
            pass
        return LayerFacts(plain.digest, manifest)


def _manifest_in(tar: tarfile.TarFile) -> str | None:
    found: str | None = None
    for member in tar:
        tar.members = []  # type: ignore[attr-defined]  # it would keep them all
        path = PurePosixPath("/", *(part for part in PurePosixPath(member.name).parts if part.strip("/")))
        hidden = _hidden_by(path)
        if path == _MANIFEST:
            file = tar.extractfile(member) if member.isreg() else None
            found = "" if file is None else _digest(file)
        elif path in _MANIFEST.parents and not member.isdir():
            found = ""
        elif hidden == _MANIFEST or hidden in _MANIFEST.parents:
            found = found or ""
    return found


def _hidden_by(path: PurePosixPath) -> PurePosixPath | None:
    """What of the layers below an entry hides."""
    if path.name == ".wh..wh..opq":
        return path.parent
    return path.parent / path.name.removeprefix(".wh.") if path.name.startswith(".wh.") else None


def _digest(file: IO[bytes]) -> str:
    read = Hashed(file)
    with io.BufferedReader(read, _CHUNK) as stream:
        while stream.read(_CHUNK):
            pass
    return read.digest
