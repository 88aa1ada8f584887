from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, ClassVar, cast

from penstock.components.decoders import DECODER, inner_parse, inner_problems, streaming
from penstock.errors import ResponseError
from penstock.http.body import PIECE_BYTES
from penstock.records.pages import Decode
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(DECODER)
class GzipDecoder:
    """Unpack gzip while the answer arrives, and read what is in it; what is not packed is read as it is."""

    reads_files: ClassVar[bool] = True

    decoder: Buildable[Decode] = field(doc="What reads the unpacked file.", slot=DECODER)

    @property
    def tells_next_page(self) -> bool:
        """Where JSON is in it."""
        from penstock.components.decoders.json_decoder import JsonDecoder

        return isinstance(self.decoder, JsonDecoder)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Not every decoder can read a file."""
        yield from inner_problems(self, self.decoder)

    def build(self, using: Resources) -> Decode:
        stream = using.stream.name
        inner = inner_parse(self.decoder, using)

        def parse(file: BinaryIO) -> Iterable[Any]:
            given = cast("io.BufferedReader", file)
            if not given.peek(2).startswith(b"\x1f\x8b"):
                yield from inner(file)
                return
            unpacked = io.BufferedReader(gzip.GzipFile(fileobj=file, mode="rb"), PIECE_BYTES)
            try:
                yield from inner(unpacked)
            except (gzip.BadGzipFile, EOFError, zlib.error):
                raise ResponseError(f"stream {stream}: the gzip file is damaged or breaks off") from None

        return streaming(parse)
