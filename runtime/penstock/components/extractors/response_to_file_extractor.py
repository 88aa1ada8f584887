from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, BinaryIO, cast

from penstock.components.decoders import streaming
from penstock.components.extractors import EXTRACTOR
from penstock.errors import ResponseError
from penstock.http.body import PIECE_BYTES, as_file
from penstock.records.csv_rows import MOST_CHARACTERS
from penstock.records.pages import Decode
from penstock.records.resources import Resources
from penstock.records.select import Extract
from penstock.registry import component, field

_NOT_AVAILABLE = frozenset(
    [
        "",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-1.#IND",
        "-1.#QNAN",
        "-NaN",
        "-nan",
        "1.#IND",
        "1.#QNAN",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "None",
        "n/a",
        "nan",
        "null",
    ]
)


@component(EXTRACTOR)
class ResponseToFileExtractor:
    """Read the rows of a CSV report while it is downloaded; gzip is unpacked on the way. Every value is a text.

    It reads the answer itself, so no decoder is asked. Nothing is put on a disk.
    """

    preserve_na_values: bool = field(
        default=False,
        doc="Keep values such as `NA`, `null` and `None`, which are null otherwise; empty ones always are.",
    )

    def build(self, using: Resources) -> Extract:
        return lambda row: (row,)

    def decoder(self, using: Resources) -> Decode:
        """What reads the answer, in the place of a declared decoder."""
        nulls = frozenset(("",)) if self.preserve_na_values else _NOT_AVAILABLE
        stream = using.stream.name

        def parse(file: BinaryIO) -> Iterable[Any]:
            try:
                yield from _rows(_unpacked(cast("io.BufferedReader", file)), nulls, stream)
            except (gzip.BadGzipFile, EOFError, zlib.error):
                raise ResponseError(f"stream {stream}: the packed report is damaged or breaks off") from None

        return streaming(parse)


def _unpacked(file: io.BufferedReader) -> BinaryIO:
    """The file, or what is in it where it is gzip or zlib."""
    head = file.peek()
    if head.startswith(b"\x1f\x8b"):
        return cast("BinaryIO", gzip.GzipFile(fileobj=file, mode="rb"))
    try:
        packed = head[:1] == b"x" and zlib.decompressobj().decompress(head, 1) is not None
    except zlib.error:
        packed = False
    return as_file(_inflated(file)) if packed else file


def _inflated(file: BinaryIO) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for chunk in iter(partial(file.read, PIECE_BYTES), b""):
        left = chunk
        while left and not unpacker.eof:
            yield unpacker.decompress(left, PIECE_BYTES)
            left = unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof:
        raise EOFError


class _Lines:
    """The lines of a text without null characters; `ended` once all are read."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            yield line.replace("\0", "") if "\0" in line else line
        self.ended = True


def _rows(file: BinaryIO, nulls: frozenset[str], stream: str) -> Iterator[dict[str, str | None]]:
    """The rows by the names in the first; those that are blank are passed over."""
    csv.field_size_limit(MOST_CHARACTERS)
    lines = _Lines(io.TextIOWrapper(file, "utf-8-sig", newline=""))
    reader = csv.reader(iter(lines))
    try:
        rows = (row for row in reader if row and (len(row) > 1 or row[0].strip()))
        names = _names(next(rows, []))
        for row in rows:
            if len(row) > len(names):
                told = f"line {reader.line_num:,} has {len(row)} values, the first one {len(names)} names"
                raise ResponseError(f"stream {stream}: {told}")
            if lines.ended:
                raise ResponseError(f"stream {stream}: the report breaks off inside a quoted value")
            made = {name: None if value in nulls else value for name, value in zip(names, row, strict=False)}
            made.update(dict.fromkeys(names[len(row) :]))
            yield made
    except UnicodeDecodeError:
        raise ResponseError(
            f"stream {stream}: after line {reader.line_num:,} the report is not in UTF-8"
        ) from None
    except csv.Error:
        raise ResponseError(f"stream {stream}: line {reader.line_num:,} of the report is no CSV") from None


def _names(header: list[str]) -> list[str]:
    """The names, told apart as data frames do: `id`, `id.1`; a column without one is `Unnamed: 2`."""
    names: list[str] = []
    for position, given in enumerate(header):
        name = base = given or f"Unnamed: {position}"
        count = 0
        while name in names:
            count += 1
            name = f"{base}.{count}"
        names.append(name)
    return names
