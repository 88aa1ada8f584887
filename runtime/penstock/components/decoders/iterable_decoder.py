from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, BinaryIO

from penstock.components.decoders import DECODER, MOST_HELD_BYTES
from penstock.errors import ResponseError
from penstock.records.pages import Decode
from penstock.records.resources import Resources
from penstock.registry import component


@component(DECODER)
class IterableDecoder:
    """Read each line as a text, while the answer arrives: it becomes the field `record` of a record."""

    def build(self, using: Resources) -> Decode:
        stream = using.stream.name

        def parse(file: BinaryIO) -> Iterable[Any]:
            text = io.TextIOWrapper(file, "utf-8", "surrogateescape")
            number = 0
            while line := text.readline(MOST_HELD_BYTES):
                number += 1
                if len(line) == MOST_HELD_BYTES:
                    raise ResponseError(f"stream {stream}: a line is over {MOST_HELD_BYTES:,} characters")
                try:
                    line.encode()
                except UnicodeEncodeError:
                    raise ResponseError(f"stream {stream}: line {number:,} is not in UTF-8") from None
                yield {"record": line.removesuffix("\n")}

        return Decode(lambda response: parse(response.file()), streams=True)
