"""The OCI image layout: blobs by their digest, an index, and the archives made of them (image-spec v1.1)."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from penstock.authoring import ConfigError
from penstock_builder.image import shapes
from penstock_builder.image.cache import forget
from penstock_builder.image.pieces import Piece

Json = Any

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
INDEXES = (INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
MANIFESTS = (*INDEXES, MANIFEST, "application/vnd.docker.distribution.manifest.v2+json")
REFERENCE = "org.opencontainers.image.ref.name"
REFERRERS = "io.penstock.referrers"
"""Annotation of a layout's image: digest and size of the index that lists what refers to it, as a registry would.

Entries of their own in `index.json` would make the layout one of many images, which no tool loads without a name.
"""

_CHUNK = 1 << 20
_DIGITS = 19
_MOST_OF_DOCUMENT = 64 << 20
_MARK = {"imageLayoutVersion": "1.0.0"}.items()


@dataclass(frozen=True, slots=True, order=True)
class Platform:
    """What an image runs on, such as `linux/amd64`."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)

    def as_json(self) -> Json:
        """As an index holds it."""
        told = {"architecture": self.architecture, "os": self.os}
        return {**told, "variant": self.variant} if self.variant else told


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a blob is: its media type, its digest (`sha256:…`) and its size in bytes."""

    media_type: str
    digest: str
    size: int
    platform: Platform | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    artifact_type: str = ""

    def as_json(self) -> Json:
        """As manifests and indexes hold it."""
        told: Json = {"mediaType": self.media_type, "digest": self.digest, "size": self.size}
        if self.platform is not None:
            told["platform"] = self.platform.as_json()
        if self.annotations:
            told["annotations"] = dict(self.annotations)
        if self.artifact_type:
            told["artifactType"] = self.artifact_type
        return told


def descriptor(told: Json) -> Descriptor:
    """Read a descriptor. Raises ConfigError for what is none, or is not by SHA-256."""
    try:
        wrong = shapes.misfit(told, shapes.DESCRIPTOR)
        blob_path("" if wrong else told["digest"])
    except ValueError:
        raise ConfigError("a descriptor in the image is malformed, or is not by SHA-256") from None
    platform = told.get("platform")
    return Descriptor(
        told["mediaType"],
        told["digest"],
        told["size"],
        platform and Platform(platform["os"], platform["architecture"], platform.get("variant") or ""),
        told.get("annotations") or {},
        told.get("artifactType") or "",
    )


def canonical(value: Json) -> bytes:
    """JSON with sorted keys and no spaces: one value, one text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(data: bytes) -> str:
    """The digest of a blob."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def blob_path(digest: str) -> str:
    """Where a layout has a blob. Raises ValueError for what is no SHA-256 digest: it becomes a path."""
    algorithm, _, hexadecimal = digest.partition(":")
    if algorithm != "sha256" or len(hexadecimal) != 64 or set(hexadecimal) - set("0123456789abcdef"):
        raise ValueError(digest)
    return f"blobs/sha256/{hexadecimal}"


class BlobSource(Protocol):
    """Where an image is read from: a folder, an archive, a registry."""

    def root(self) -> Descriptor:
        """The index or the manifest of the image."""
        ...

    def open_blob(self, blob: Descriptor) -> IO[bytes]:
        """The bytes of a blob, unverified. Raises ConfigError where it is not there."""
        ...

    def referrers(self, subject: Descriptor) -> list[Descriptor]:
        """The manifests that are attached to a manifest or an index of the image."""
        ...


def read_blob(source: BlobSource, blob: Descriptor) -> bytes:
    """The bytes of a small blob. Raises ConfigError unless they are what its digest says."""
    if blob.size > _MOST_OF_DOCUMENT:
        raise ConfigError(f"the blob {blob.digest} of the image is too large to be a document")
    with source.open_blob(blob) as stream:
        data = stream.read(blob.size + 1)
    if len(data) != blob.size or digest_of(data) != blob.digest:
        raise _damaged(source, blob)
    return data


def read_document(source: BlobSource, blob: Descriptor, shape: shapes.Shape = None) -> Json:
    """A JSON blob, verified. Raises ConfigError, which names it, where it is not of the shape, or of its media type's."""
    told = _decoded(read_blob(source, blob), f"the blob {blob.digest} of the image is not JSON")
    if shape is None and blob.media_type in MANIFESTS:
        shape = shapes.INDEX if blob.media_type in INDEXES else shapes.MANIFEST
    wrong = "" if shape is None else shapes.misfit(told, shape)
    if not wrong and blob.media_type in MANIFESTS and told.get("mediaType") not in (None, blob.media_type):
        wrong = "its `mediaType` is another than what names it has"
    if wrong:
        raise ConfigError(f"the document {blob.digest} is not one of an image: {wrong}")
    return told


class Layout:
    """A folder in the OCI image layout, to write into and to read from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path) -> Layout:
        """Make the folder a layout without images; blobs that it has stay."""
        layout = cls(folder)
        (folder / "blobs/sha256").mkdir(parents=True, exist_ok=True)
        layout._write("oci-layout", canonical(dict(_MARK)))
        layout.point_at([])
        return layout

    def roots(self) -> list[Descriptor]:
        """What `index.json` lists."""
        path = self.folder / "index.json"
        data = path.read_bytes() if path.is_file() else b""
        return listed(data, f"{self.folder} is not an OCI image layout")

    def marker(self) -> bytes:
        """What says that it is a layout, and of which version; empty where nothing does."""
        path = self.folder / "oci-layout"
        return path.read_bytes() if path.is_file() else b""

    def root(self) -> Descriptor:
        """The one image that the layout holds."""
        return _only(self.roots(), str(self.folder))

    def open_blob(self, blob: Descriptor) -> IO[bytes]:
        """The bytes of a blob, unverified."""
        try:
            return self.path(blob).open("rb")
        except OSError:
            raise ConfigError(f"{self.folder} lacks the blob {blob.digest}") from None

    def referrers(self, subject: Descriptor) -> list[Descriptor]:
        """What is attached to a manifest or an index of the image."""
        return _referrers(self, subject)

    def path(self, blob: Descriptor) -> Path:
        """The file of a blob."""
        return self.folder / blob_path(blob.digest)

    def has(self, blob: Descriptor) -> bool:
        """Whether the blob is here, in its size."""
        path = self.path(blob)
        return path.is_file() and path.stat().st_size == blob.size

    def add(self, data: bytes, media_type: str) -> Descriptor:
        """Put a blob in."""
        blob = Descriptor(media_type, digest_of(data), len(data))
        if not self.has(blob):
            self._write(blob_path(blob.digest), data)
        return blob

    def add_document(self, value: Json, media_type: str) -> Descriptor:
        """Put a JSON blob in."""
        return self.add(canonical(value), media_type)

    def take(self, source: BlobSource, blob: Descriptor) -> None:
        """Copy a blob from elsewhere, verified; never linked, for who edits the one would damage the other."""
        if self.has(blob):
            return
        new, found = self.new_file(), hashlib.sha256()
        with source.open_blob(blob) as stream, new.open("wb") as file:
            while chunk := stream.read(_CHUNK):
                found.update(chunk)
                file.write(chunk)
        if f"sha256:{found.hexdigest()}" != blob.digest:
            new.unlink()
            raise _damaged(source, blob)
        new.replace(self.path(blob))

    def take_all(self, source: BlobSource, blob: Descriptor) -> None:
        """Copy a manifest or an index with all that it names."""
        for part in (*parts(source, blob), blob):
            self.take(source, part)

    def point_at(self, images: Sequence[Descriptor]) -> None:
        """Let `index.json` list these images."""
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [image.as_json() for image in images]}
        self._write("index.json", canonical(index))

    def new_file(self) -> Path:
        """A name for a file that becomes a blob once it is complete."""
        return self.folder / "blobs/sha256" / f".new-{os.getpid()}-{os.urandom(4).hex()}"

    def _write(self, name: str, data: bytes) -> None:
        new = self.new_file()
        new.write_bytes(data)
        new.replace(self.folder / name)


class Archive:
    """An OCI image layout in a tar file; also what `docker save` writes since version 25."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with tarfile.open(path, "r:") as tar:
                self._members = {m.name.removeprefix("./"): (m.offset_data, m.size) for m in tar if m.isreg()}
        except OSError as error:
            raise ConfigError(f"cannot read the image {path}: {error.strerror}") from None
        except tarfile.TarError:
            raise ConfigError(f"{path} is not an OCI archive", hint="that is a plain, whole tar") from None

        if "index.json" not in self._members and "manifest.json" in self._members:
            raise ConfigError(
                f"{path} is an archive for `docker load`",
                hint="what is read here is a folder, or an archive made with --format oci-archive",
            )

    def marker(self) -> bytes:
        """What says that it is a layout, and of which version; empty where nothing does."""
        if "oci-layout" not in self._members:
            return b""
        with self._open("oci-layout") as stream:
            return stream.read(_CHUNK)

    def root(self) -> Descriptor:
        """The one image that the archive holds."""
        with self._open("index.json") as stream:
            found = listed(stream.read(), f"{self._path} is not an OCI archive")
        return _only(found, str(self._path))

    def open_blob(self, blob: Descriptor) -> IO[bytes]:
        """The bytes of a blob, unverified."""
        return self._open(blob_path(blob.digest))

    def referrers(self, subject: Descriptor) -> list[Descriptor]:
        """What is attached to a manifest or an index of the image."""
        return _referrers(self, subject)

    def _open(self, name: str) -> IO[bytes]:
        if name not in self._members:
            raise ConfigError(f"{self._path} lacks {name}")
        return io.BufferedReader(Piece(self._path, *self._members[name]), _CHUNK)


def open_image(path: Path) -> Layout | Archive:
    """An OCI image on disk: a layout's folder, or an archive of one."""
    return Layout(path) if path.is_dir() else Archive(path)


def is_marked(source: Layout | Archive) -> bool:
    """Whether an image on disk says that it is in the layout that we know."""
    try:
        told = json.loads(source.marker())
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.items() >= _MARK


def all_referrers(source: BlobSource) -> Iterator[Descriptor]:
    """The manifests that are attached to an image, or to one of its platforms' manifests."""
    root = source.root()
    yield from source.referrers(root)
    for part in parts(source, root):
        if part.media_type in MANIFESTS:
            yield from source.referrers(part)


def everything(source: BlobSource) -> Iterator[Descriptor]:
    """All blobs of an image with what is attached to it, what is named before what names it."""
    root = source.root()
    yield from (*parts(source, root), root)
    for referrer in all_referrers(source):
        yield from (*parts(source, referrer), referrer)


def _referrers(source: Layout | Archive, subject: Descriptor) -> list[Descriptor]:
    index = listing(source.root())
    found = [] if index is None else map(descriptor, read_document(source, index)["manifests"])
    return [one for one in found if _subject(source, one) == subject.digest]


def _subject(source: BlobSource, referrer: Descriptor) -> str:
    """The digest of what a manifest refers to; empty where it refers to nothing."""
    if referrer.media_type not in MANIFESTS:
        return ""
    subject = read_document(source, referrer).get("subject")
    return subject["digest"] if subject else ""


def listing(root: Descriptor) -> Descriptor | None:
    """The index of all referrers, which the annotation of a layout's image names."""
    digest, _, size = root.annotations.get(REFERRERS, "").partition(" ")
    if not digest:
        return None
    number = int(size) if size.isdecimal() and len(size) < _DIGITS else -1
    return descriptor({"mediaType": INDEX, "digest": digest, "size": number})


def listed(data: bytes, refusal: str) -> list[Descriptor]:
    """What an index lists. Raises ConfigError with the refusal where it is none."""
    told = _decoded(data, refusal)
    if shapes.misfit(told, {"manifests": [dict]}):
        raise ConfigError(refusal)
    return [descriptor(one) for one in told["manifests"]]


def parts(source: BlobSource, blob: Descriptor) -> Iterator[Descriptor]:
    """All that a manifest or an index names, what is named before what names it; a blob of another kind names nothing."""
    if blob.media_type not in MANIFESTS:
        return
    told = read_document(source, blob)
    if blob.media_type in INDEXES:
        for child in map(descriptor, told["manifests"]):
            yield from parts(source, child)
            yield child
    else:
        yield from map(descriptor, [told["config"], *told["layers"]])


def _only(images: Sequence[Descriptor], where: str) -> Descriptor:
    if len(images) != 1:
        raise ConfigError(f"{where} holds {len(images)} images, not one")
    if images[0].media_type not in MANIFESTS:
        raise ConfigError(f"{where} holds no image of a kind that we know")
    return images[0]


def _decoded(data: bytes, refusal: str) -> Json:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise ConfigError(refusal) from None


def _damaged(source: BlobSource, blob: Descriptor) -> ConfigError:
    """What is told of a blob that is not what its digest says; where it is of the cache, that is made anew."""
    where = f" in {source.folder}" if isinstance(source, Layout) else ""
    again = isinstance(source, Layout) and forget(source.folder)
    return ConfigError(
        f"the blob {blob.digest} of the image{where} is damaged",
        hint="it is thrown away: once more, and it is made anew" if again else "",
    )
