"""Decoders: from an answer's bytes to its elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from penstock.errors import ResponseError
from penstock.records.pages import Decode, Parse
from penstock.records.resources import Resources
from penstock.registry import Buildable, Kind

DECODER: Kind[Decode] = Kind("decoder", "Reads the body of an answer.", custom="CustomDecoder")

MOST_HELD_BYTES = 268_435_456
"""The most of an unpacked file, or of one line, that is held at once."""


def streaming(parse: Parse) -> Decode:
    """A decoder that reads an answer while it arrives, by what reads a file."""
    return Decode(lambda response: parse(response.file()), streams=True, parse=parse)


def inner_problems(outer: Any, decoder: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with the `decoder` of one that unpacks files: a class that can read files says so."""
    if not getattr(decoder, "reads_files", False):
        yield "decoder", f"a {type(decoder).__name__} cannot stand behind a {type(outer).__name__}"


def inner_parse(decoder: Buildable[Decode], using: Resources) -> Parse:
    """What reads an unpacked file; `inner_problems` sees to it that the decoder can."""
    parse = decoder.build(using).parse
    assert parse is not None
    return parse


def tells_next_page(decoder: Any) -> bool:
    """Tell whether what a declared decoder reads may be paginated: its class says so."""
    return bool(getattr(decoder, "tells_next_page", False))


def is_character_set(name: str) -> bool:
    """Tell whether text can be read in the character set of this name."""
    try:
        b"a".decode(name)
    except UnicodeError:
        return True
    except LookupError:
        return False
    return True


def whole(file: BinaryIO, stream: str) -> bytes:
    """All of a file. Raises ResponseError where that is too much."""
    body = file.read(MOST_HELD_BYTES + 1)
    if len(body) > MOST_HELD_BYTES:
        raise ResponseError(f"stream {stream}: an unpacked file is over {MOST_HELD_BYTES:,} bytes")
    return body


def lines(file: BinaryIO, stream: str) -> Iterator[bytes]:
    """The lines of a file, each with its end. Raises ResponseError where one is too long."""
    while line := file.readline(MOST_HELD_BYTES):
        if len(line) == MOST_HELD_BYTES:
            raise ResponseError(
                f"stream {stream}: a line is over {MOST_HELD_BYTES:,} bytes", hint="is this one JSON value?"
            )
        yield line
