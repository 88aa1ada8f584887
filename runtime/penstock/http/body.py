"""A body while it arrives: its pieces unpacked, and as a file to read from."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator

PIECE_BYTES = 65_536
"""The most that is unpacked, or read ahead, at a time."""

_GZIP = b"\x1f\x8b"


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip piece by piece: one member after the other; what follows the last is no part of it (RFC 1952 §2.2).

    Raises EOFError where a member breaks off, and `zlib.error` where it is none.
    """
    unpacker = zlib.decompressobj(wbits=31)
    begun = False
    data = b""
    for chunk in chunks:
        data += chunk
        while data:
            if unpacker.eof:
                if len(data) < len(_GZIP):
                    break
                if not data.startswith(_GZIP):
                    return
                unpacker = zlib.decompressobj(wbits=31)
            begun = True
            piece = unpacker.decompress(data, PIECE_BYTES)
            data = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            if piece:
                yield piece
            elif not unpacker.eof:
                break
    while begun and not unpacker.eof and (piece := unpacker.decompress(data, PIECE_BYTES)):
        data = unpacker.unconsumed_tail
        yield piece
    if begun and not unpacker.eof:
        raise EOFError


def as_file(chunks: Iterable[bytes]) -> io.BufferedReader:
    """The pieces as a file, each asked for when it is needed."""
    return io.BufferedReader(_Pieces(chunks), PIECE_BYTES)


class _Pieces(io.RawIOBase):
    """Fills what it is given to the brim, so that a look at the file's first bytes shows them all."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the library hands these
        room = memoryview(buffer)
        filled = 0
        while filled < len(room):
            if not self._left:
                chunk = next(self._chunks, None)
                if chunk is None:
                    break
                self._left = memoryview(chunk)
                continue
            taken = min(len(room) - filled, len(self._left))
            room[filled : filled + taken] = self._left[:taken]
            self._left = self._left[taken:]
            filled += taken
        return filled
