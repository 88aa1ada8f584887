from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.http.body import PIECE_BYTES, as_file, gunzip


def cut(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """The data in pieces of these sizes, over and over."""
    start = turn = 0
    while start < len(data):
        size = sizes[turn % len(sizes)]
        yield data[start : start + size]
        start, turn = start + size, turn + 1


SIZES = st.lists(st.integers(1, 50), min_size=1, max_size=5)


@given(st.lists(st.binary(max_size=200), max_size=4), SIZES)
def test_gzip_is_unpacked_however_it_arrives(parts: list[bytes], sizes: list[int]) -> None:
    """In one member or several, cut anywhere."""
    packed = b"".join(map(gzip.compress, parts))

    assert b"".join(gunzip(cut(packed, sizes))) == b"".join(parts)


def test_little_is_unpacked_at_a_time() -> None:
    """However much a small piece holds."""
    pieces = list(gunzip([gzip.compress(bytes(10_000_000))]))

    assert max(map(len, pieces)) <= PIECE_BYTES
    assert sum(map(len, pieces)) == 10_000_000


def test_what_follows_gzip_is_no_part_of_it() -> None:
    """RFC 1952 §2.2; some servers pad with zeros."""
    assert b"".join(gunzip([gzip.compress(b"a") + b"\0\0\0"])) == b"a"


@pytest.mark.parametrize("missing", [1, 8, 500])
def test_half_a_member_is_an_error(missing: int) -> None:
    """Else half a file would count as a short one."""
    packed = gzip.compress(os.urandom(1_000))

    with pytest.raises(EOFError):
        list(gunzip([packed[:-missing]]))


def test_what_is_no_gzip_is_an_error() -> None:
    with pytest.raises(zlib.error):
        list(gunzip([b"no gzip"]))


@given(st.binary(max_size=500), SIZES)
def test_pieces_make_a_file(data: bytes, sizes: list[int]) -> None:
    """Read in lines, to the end, or after a look ahead."""
    assert as_file(cut(data, sizes)).read() == data
    assert list(as_file(cut(data, sizes))) == data.splitlines(keepends=True) or b"\r" in data
    file = as_file(cut(data, sizes))
    assert file.peek(2)[:2] == data[:2]
    assert file.read() == data


def test_a_file_asks_for_a_piece_when_it_is_needed() -> None:
    """Nothing is read ahead but one buffer."""
    asked: list[int] = []

    def pieces() -> Iterator[bytes]:
        for n in range(9):
            asked.append(n)
            yield b"x" * PIECE_BYTES

    as_file(pieces()).read(1)

    assert asked == [0]
