from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, BinaryIO, ClassVar

import orjson

from penstock.components.decoders import DECODER, lines, streaming
from penstock.errors import ResponseError
from penstock.records.pages import Decode
from penstock.records.resources import Resources
from penstock.registry import component


@component(DECODER)
class JsonlDecoder:
    """Read a JSON value from each line, while the answer arrives.

    Lines that are no JSON are passed over and logged; `penstock sync` refuses them instead.
    """

    reads_files: ClassVar[bool] = True

    def build(self, using: Resources) -> Decode:
        stream = using.stream.name

        def parse(file: BinaryIO) -> Iterable[Any]:
            number = unreadable = 0
            for number, line in enumerate(lines(file, stream), 1):
                try:
                    yield _value(line.removeprefix(_MARK) if number == 1 else line)
                except UnicodeDecodeError:
                    raise ResponseError(f"stream {stream}: line {number:,} is not in UTF-8") from None
                except (ValueError, RecursionError):
                    if not line.strip():
                        continue
                    if using.refuse_unreadable:
                        raise ResponseError(f"stream {stream}: line {number:,} is no JSON") from None
                    unreadable += 1
            if unreadable:
                using.log(
                    "WARN",
                    f"stream {stream}: {unreadable:,} of {number:,} lines are no JSON; they hold no records",
                )

        return streaming(parse)


_MARK = b"\xef\xbb\xbf"
_LONG_NUMBER = re.compile(rb"\d{20}")


def _value(line: bytes) -> Any:
    """A line's value. Raises ValueError.

    The standard library reads what orjson does not: whole numbers of any length, `NaN`, lone surrogates.
    """
    if not _LONG_NUMBER.search(line):
        try:
            return orjson.loads(line)
        except orjson.JSONDecodeError:
            pass
    return json.loads(line.decode())
