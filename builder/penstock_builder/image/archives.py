"""Image archives: a layout in one file, as OCI has it and as `docker load` takes it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from penstock_builder.image.layout import (
    Descriptor,
    Layout,
    blob_path,
    canonical,
    descriptor,
    everything,
    listing,
    read_document,
)


def write_archive(layout: Layout, path: Path, epoch: int) -> None:
    """Write the image of a layout as one OCI archive."""
    blobs = {blob_path(blob.digest): layout.path(blob) for blob in everything(layout)}
    listed = listing(layout.root())
    if listed is not None:
        blobs[blob_path(listed.digest)] = layout.path(listed)
    own = {name: layout.folder / name for name in ("index.json", "oci-layout")}
    _write_tar(path, {**blobs, **own}, {}, epoch)


def write_docker_archive(layout: Layout, image: Descriptor, reference: str, path: Path, epoch: int) -> None:
    """Write one platform's manifest as an archive that every `docker load` takes, under the name `reference`."""
    told = read_document(layout, image)
    config, *layers = map(descriptor, [told["config"], *told["layers"]])
    paths = [blob_path(layer.digest) for layer in layers]
    listed = [{"Config": blob_path(config.digest), "RepoTags": [reference], "Layers": paths}]
    blobs = {blob_path(blob.digest): layout.path(blob) for blob in (config, *layers)}
    _write_tar(path, blobs, {"manifest.json": canonical(listed)}, epoch)


def _write_tar(path: Path, files: Mapping[str, Path], texts: Mapping[str, bytes], epoch: int) -> None:
    """Write a tar with its files in order of their names, in one step."""
    new = path.with_name(f".{path.name}.new")
    try:
        with tarfile.open(new, "w", format=tarfile.USTAR_FORMAT) as tar:
            for name in sorted({*files, *texts}):
                _add(tar, name, texts[name] if name in texts else files[name], epoch)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, name: str, content: bytes | Path, epoch: int) -> None:
    member = tarfile.TarInfo(name)
    member.mode, member.mtime = 0o644, epoch
    if isinstance(content, bytes):
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
        return
    member.size = content.stat().st_size
    with content.open("rb") as stream:
        tar.addfile(member, stream)
