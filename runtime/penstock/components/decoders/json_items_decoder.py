from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, ClassVar

from penstock.components.decoders import DECODER, is_character_set, streaming
from penstock.errors import ResponseError
from penstock.http.body import PIECE_BYTES, as_file
from penstock.records.pages import Decode
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(DECODER)
class JsonItemsDecoder:
    """Read the items of a list deep in a JSON body one by one, while the answer arrives.

    A body of any size can be read so; one item must fit into memory.
    """

    reads_files: ClassVar[bool] = True

    items_path: str = field(
        doc="The keys that lead to the list, with dots between them; `item` stands for the items of a list.",
        examples=("data.users", "item.orders"),
    )
    encoding: str = field(default="utf-8", doc="The character set.", examples=("utf-16",))

    def problems(self) -> Iterator[tuple[str, str]]:
        """A path, and a character set that is known."""
        if not self.items_path:
            yield "items_path", "`items_path` leads nowhere"
        if not is_character_set(self.encoding):
            yield "encoding", "`encoding` is no character set that is known here"

    def build(self, using: Resources) -> Decode:
        stream, path = using.stream.name, f"{self.items_path}.item"
        is_utf8 = codecs.lookup(self.encoding).name == "utf-8"

        def parse(file: BinaryIO) -> Iterable[Any]:
            import ijson

            given = _without_mark(file) if is_utf8 else as_file(_in_utf8(file, self.encoding))
            try:
                yield from ijson.items(given, path, use_float=True)
            except (ijson.JSONError, UnicodeError):
                raise ResponseError(
                    f"stream {stream}: the answer is no JSON, or breaks off in the middle",
                    hint="what stood before is read",
                ) from None

        return streaming(parse)


def _without_mark(file: BinaryIO) -> BinaryIO:
    """The file without the byte-order mark that some put before UTF-8."""
    head = file.read(len(codecs.BOM_UTF8)).removeprefix(codecs.BOM_UTF8)
    return as_file(chain([head], iter(partial(file.read, PIECE_BYTES), b"")))


def _in_utf8(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    text = io.TextIOWrapper(file, encoding, newline="")
    while piece := text.read(PIECE_BYTES):
        yield piece.encode()
