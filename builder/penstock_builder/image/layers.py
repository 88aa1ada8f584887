"""Layers: what is in them decides their bytes, and nothing else does."""

from __future__ import annotations

import hashlib
import io
import struct
import tarfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from penstock_builder.image.layout import LAYER, Descriptor, Layout

LEVEL = 6
_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # RFC 1952: deflate, no time, no name, no system


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose the files of a layer are."""

    uid: int
    gid: int


USER = Owner(1000, 1000)
ROOT = Owner(0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a layer, its path without a leading slash. One with a `link` is a symbolic link to it.

    One whose path ends in a slash is a folder; folders that hold something need no entry.
    """

    path: str
    data: bytes = b""
    mode: int = 0o644
    link: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer in a layout; `diff_id` is the digest of its tar before gzip."""

    blob: Descriptor
    diff_id: str


def write_layer(layout: Layout, entries: Iterable[Entry], owner: Owner, epoch: int) -> Layer:
    """Write files as a layer: sorted by path, all of one owner and time, without extended attributes.

    `epoch` is in seconds since 1970. Raises ValueError when two entries have one path.
    """
    new = layout.new_file()
    with new.open("wb") as file:
        packed = _Gzip(file)
        with tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT, bufsize=1 << 20) as tar:  # type: ignore[call-overload]  # it only writes
            for entry in _complete(entries):
                member = _member(entry, owner, epoch)
                tar.addfile(member, io.BytesIO(entry.data) if member.isreg() else None)
        packed.finish()
        size = file.tell()
    blob = Descriptor(LAYER, packed.digest, size)
    new.replace(layout.path(blob))
    return Layer(blob, packed.diff_id)


def _complete(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with the folders that hold them, in order."""
    found: dict[str, Entry] = {}
    for entry in entries:
        name = entry.path.rstrip("/")
        if name in found and not found[name].path.endswith("/"):
            raise ValueError(f"two files of a layer have the path {name}")
        found[name] = entry
    for name in list(found):
        for folder in list(PurePosixPath(name).parents)[:-1]:
            found.setdefault(str(folder), Entry(f"{folder}/", mode=0o755))
    return [found[name] for name in sorted(found, key=lambda name: name.split("/"))]


def _member(entry: Entry, owner: Owner, epoch: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(entry.path.rstrip("/"))
    member.uid, member.gid, member.mtime, member.mode = owner.uid, owner.gid, epoch, entry.mode
    if entry.link:
        member.type, member.linkname, member.mode = tarfile.SYMTYPE, entry.link, 0o777
    elif entry.path.endswith("/"):
        member.type = tarfile.DIRTYPE
    else:
        member.size = len(entry.data)
    return member


class _Gzip:
    """Packs what is written, and takes the digests of both sides. `gzip` writes the operating system in its header."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, 8, zlib.Z_DEFAULT_STRATEGY)
        self._plain, self._packed = hashlib.sha256(), hashlib.sha256()
        self._checksum = self._size = 0
        self._out(_HEADER)

    def write(self, data: bytes) -> int:
        """Take bytes of the tar."""
        self._plain.update(data)
        self._checksum = zlib.crc32(data, self._checksum)
        self._size += len(data)
        self._out(self._deflate.compress(data))
        return len(data)

    def finish(self) -> None:
        """Write the end; the digests stand from here on."""
        self._out(self._deflate.flush() + struct.pack("<LL", self._checksum, self._size & 0xFFFFFFFF))

    @property
    def digest(self) -> str:
        """Of what was written."""
        return f"sha256:{self._packed.hexdigest()}"

    @property
    def diff_id(self) -> str:
        """Of what was taken."""
        return f"sha256:{self._plain.hexdigest()}"

    def _out(self, data: bytes) -> None:
        self._packed.update(data)
        self._target.write(data)


def packs_like_others() -> bool:
    """Whether this Python packs to the bytes that most do; some are built with a zlib that packs differently.

    Such a one gives layers of the same content and `diff_id`, and other digests.
    """
    sample = b"".join(hashlib.sha256(bytes([n])).hexdigest().encode() * (n % 7) for n in range(250))
    packed = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, 8, zlib.Z_DEFAULT_STRATEGY)
    return hashlib.sha256(packed.compress(sample) + packed.flush()).hexdigest() == _AS_OTHERS


_AS_OTHERS = "c11bacf53b0293bcc69dd8cad7cd7f338392ea34e869f463092e601c79212b1a"


def unpack_entries(entries: Iterable[Entry], folder: Path) -> None:
    """Lay files that are ours out in a folder."""
    folder.mkdir()
    for entry in _complete(entries):
        path = folder / entry.path
        if entry.path.endswith("/"):
            path.mkdir()
        elif entry.link:
            path.symlink_to(entry.link)
        else:
            path.write_bytes(entry.data)
            path.chmod(entry.mode)
