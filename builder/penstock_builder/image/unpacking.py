"""Layers of an image that anyone may have made, read and laid out in a folder that stands for the root of a container."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from penstock.authoring import ConfigError
from penstock_builder.image.layout import BlobSource, Descriptor

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_MOST_LINKS = 200


@contextlib.contextmanager
def verified(source: BlobSource, blob: Descriptor) -> Iterator[IO[bytes]]:
    """The bytes of a blob. Raises ConfigError at the end unless digest and size are theirs: a tar hides damage."""
    with source.open_blob(blob) as stream:
        read = Hashed(stream)
        with io.BufferedReader(read, 1 << 20) as buffered:
            yield buffered
            while buffered.read(1 << 20):
                pass
    if (read.digest, read.size) != (blob.digest, blob.size):
        raise ConfigError(f"the blob {blob.digest} of the image is damaged")


class Hashed(io.RawIOBase):
    """A stream, with the digest and the size of what was read."""

    def __init__(self, stream: IO[bytes] | io.BufferedIOBase) -> None:
        self._stream = stream
        self._found = hashlib.sha256()
        self.size = 0

    @property
    def digest(self) -> str:
        """Of what was read up to here."""
        return f"sha256:{self._found.hexdigest()}"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._found.update(data)
        self.size += len(data)
        buffer[: len(data)] = data
        return len(data)


@contextlib.contextmanager
def opened_layer(stream: IO[bytes]) -> Iterator[tarfile.TarFile]:
    """The files of a layer, in its order. Raises ConfigError where it is no tar, or breaks off."""
    try:
        with tarfile.open(fileobj=stream, mode="r|*") as tar:
            yield tar
    except (tarfile.TarError, EOFError, zlib.error):
        raise ConfigError(
            "a layer of the image cannot be read", hint="it is damaged, or packed otherwise than by gzip"
        ) from None


def find_in_layer(stream: IO[bytes], ending: str) -> bytes | None:
    """The bytes of the first file whose path ends so, among folders; None where there is none."""
    with opened_layer(stream) as tar:
        for member in tar:
            if member.isreg() and f"/{member.name}".endswith(f"/{ending}"):
                file = tar.extractfile(member)
                return None if file is None else file.read()
    return None


def unpack_layer(stream: IO[bytes], folder: Path) -> None:
    """Lay a layer over a folder, what it hides removed (image-spec, layer.md). No owner is set, and no device is made.

    Links are followed as in a container: whatever the layer says, nothing outside of the folder is touched. Raises
    ConfigError where the layer wants that, or cannot be laid out.
    """
    new: set[Path] = set()
    try:
        with opened_layer(stream) as tar:
            for member in tar:
                _lay(tar, member, folder, new)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "a name in it is none"
        raise ConfigError(f"a layer of the image cannot be laid out: {reason}") from None


def inside(root: Path, path: PurePosixPath) -> Path:
    """The file of a path in an image, its links followed as in a container: no link of its parts is left."""
    found, left, links = root, list(path.parts), 0
    while left:
        part = left.pop(0)
        if part[0] == "/":  # or two: at the start they are a part of their own (POSIX, pathname resolution)
            found = root
        elif part == "..":
            found = found.parent if found != root else root
        elif (step := found / part).is_symlink():
            left = [*PurePosixPath(step.readlink()).parts, *left]
            links += 1
            if links > _MOST_LINKS:
                raise ConfigError("links in the image lead in a circle")
        else:
            found = step
    if not found.is_relative_to(root):
        raise ConfigError("a layer of the image reaches out of it")
    return found


def _lay(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, new: set[Path]) -> None:
    """Put one entry of a layer in its place; `new` holds what this layer has put already."""
    path = PurePosixPath(member.name)
    parent = inside(folder, _own(path).parent)
    if path.name.startswith(_WHITEOUT):
        _whiteout(parent, path.name, new)
        return
    if not path.name or not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        return
    place = parent / path.name
    parent.mkdir(parents=True, exist_ok=True)
    if not (member.isdir() and place.is_dir() and not place.is_symlink()):
        _remove(place)
    if member.isdir():
        place.mkdir(exist_ok=True)
        place.chmod(member.mode & 0o755 | 0o700)
    elif member.issym():
        place.symlink_to(member.linkname)
    elif member.islnk():
        linked = _own(PurePosixPath(member.linkname))
        os.link(inside(folder, linked.parent) / linked.name, place, follow_symlinks=False)
    elif (file := tar.extractfile(member)) is not None:
        with place.open("xb") as target:
            shutil.copyfileobj(file, target, 1 << 20)
        place.chmod(member.mode & 0o755)
    new.add(place)


def _own(path: PurePosixPath) -> PurePosixPath:
    """A path that a layer names a file of its own by."""
    if ".." in path.parts:
        raise ConfigError("a layer of the image reaches out of it")
    return path


def _whiteout(parent: Path, name: str, new: set[Path]) -> None:
    hidden = name.removeprefix(_WHITEOUT)
    if name == _OPAQUE:
        for child in list(parent.iterdir()) if parent.is_dir() else []:
            _hide(child, new)
    elif hidden not in ("", ".", ".."):
        _hide(parent / hidden, new)


def _hide(path: Path, new: set[Path]) -> None:
    """Remove what the layers below put there."""
    if path.is_dir() and not path.is_symlink():
        for child in list(path.iterdir()):
            _hide(child, new)
        if path not in new and not any(path.iterdir()):
            path.rmdir()
    elif path not in new and path.parent.is_dir():
        path.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
