from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, ClassVar

from penstock.components.decoders import DECODER, is_character_set, streaming
from penstock.records.csv_rows import csv_rows
from penstock.records.pages import Decode
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(DECODER)
class CsvDecoder:
    """Read the rows of a CSV file, while the answer arrives; the first row holds the names, every value is a text.

    A value that a row lacks is null; what a row has too much is a list in the field `null`.
    """

    reads_files: ClassVar[bool] = True

    encoding: str = field(default="utf-8", doc="The character set.", examples=("utf-8-sig", "iso-8859-1"))
    delimiter: str = field(
        default=",", doc="The character between two values; `\\t` is a tab.", examples=(";", "\\t")
    )
    set_values_to_none: list[str] | None = field(
        default=None, doc="Values that become null.", examples=(["", "NULL"],)
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A character set that is known, and one character between values."""
        if not is_character_set(self.encoding):
            yield "encoding", "`encoding` is no character set that is known here"
        if len(_unescaped(self.delimiter)) != 1:
            yield "delimiter", "`delimiter` takes one character"

    def build(self, using: Resources) -> Decode:
        stream, encoding = using.stream.name, self.encoding
        delimiter = _unescaped(self.delimiter)
        nulls = frozenset(self.set_values_to_none or ())

        def parse(file: BinaryIO) -> Iterable[Any]:
            rows = csv_rows(io.TextIOWrapper(file, encoding), delimiter, stream)
            if not nulls:
                return rows
            return (
                {
                    name: None if type(value) is str and value in nulls else value
                    for name, value in row.items()
                }
                for row in rows
            )

        return streaming(parse)


def _unescaped(delimiter: str) -> str:
    """The character that an escape such as `\\t` stands for."""
    return codecs.decode(delimiter, "unicode_escape") if len(delimiter) > 1 else delimiter
