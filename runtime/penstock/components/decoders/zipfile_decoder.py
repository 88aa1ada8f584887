from __future__ import annotations

import contextlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, cast

from penstock.components.decoders import DECODER, inner_parse, inner_problems
from penstock.errors import ResponseError
from penstock.http.body import PIECE_BYTES
from penstock.http.request import HttpResponse
from penstock.masking.exits import private_directory
from penstock.records.pages import Decode, Parse
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(DECODER)
class ZipfileDecoder:
    """Unpack a zip file and read each of the files in it, in order.

    Its table of contents stands at its end, so it must arrive whole before it is read: in memory, or in a private
    temporary directory where it is large.
    """

    decoder: Buildable[Decode] = field(doc="What reads each unpacked file.", slot=DECODER)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Not every decoder can read a file."""
        yield from inner_problems(self, self.decoder)

    def build(self, using: Resources) -> Decode:
        stream = using.stream.name
        parse = inner_parse(self.decoder, using)

        def decode(response: HttpResponse) -> Iterable[Any]:
            with _arrived(response) as file:
                yield from _elements(file, parse, stream)

        return Decode(decode, streams=True)


MOST_IN_MEMORY_BYTES = 16_777_216


@contextlib.contextmanager
def _arrived(response: HttpResponse) -> Iterator[BinaryIO]:
    """The body as a file in which one can go back."""
    chunks = response.chunks()
    start = io.BytesIO()
    for chunk in chunks:
        start.write(chunk)
        if start.tell() > MOST_IN_MEMORY_BYTES:
            break
    else:
        yield start
        return
    with private_directory() as folder, (folder / "answer.zip").open("w+b") as file:
        file.write(start.getvalue())
        start.close()
        for chunk in chunks:
            file.write(chunk)
        yield file


def _elements(file: BinaryIO, parse: Parse, stream: str) -> Iterator[Any]:
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        raise ResponseError(f"stream {stream}: the answer is no zip file") from None
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        for number, member in enumerate(members, 1):
            told = f"stream {stream}: file {number:,} of {len(members):,} in the zip file"
            try:
                unpacked = archive.open(member)
            except (RuntimeError, NotImplementedError):
                raise ResponseError(f"{told} is encrypted, or packed in a way unknown here") from None
            except zipfile.BadZipFile:
                raise ResponseError(f"{told} is damaged") from None
            try:
                yield from parse(io.BufferedReader(cast("io.RawIOBase", unpacked), PIECE_BYTES))
            except (zipfile.BadZipFile, EOFError, zlib.error):
                raise ResponseError(f"{told} is damaged or breaks off") from None
