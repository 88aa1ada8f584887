from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.masking.detectors import Detector, detector

_SHAPE = re.compile(
    r"(?<![\w:.-])(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})"
    r"(?![\w:-])(?!\.\w)",
    re.IGNORECASE,
)


@detector
class Mac(Detector):
    """The hardware address of a network card: six pairs of hexadecimal digits, or three groups of four (IEEE 802).

    There is no check digit, so the form is all there is, and no library is needed.
    """

    name = "mac"
    marks = ":.-"
    least = 2

    def whole(self, text: str) -> float:
        text = text.strip()
        if not _SHAPE.fullmatch(text):
            return 0.0
        return 0.6 if "." in text and text.replace(".", "").isdecimal() else 0.95

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        yield from (found.span() for found in _SHAPE.finditer(text))
