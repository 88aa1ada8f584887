"""Detected values inside free text, and the text without them."""

from __future__ import annotations

from typing import Any

from penstock.masking.detectors import Sieve, found_in
from penstock.masking.techniques import Technique, number_text, text_schema

Json = Any


def scan_text(sieve: Sieve) -> Technique:
    """Text with each detected value replaced by `<class>`; a number becomes text, as its digits may be a card's."""

    def mask(value: Json) -> str:
        return scanned(value if isinstance(value, str) else number_text(value), sieve)

    return Technique("ScanText", mask, text_schema)


def scanned(text: str, sieve: Sieve) -> str:
    """The text with `<class>` in place of what the sieve's detectors find, until they find nothing.

    Values that overlap go as one, under the class of the longest. What a replacement lays bare goes as well.
    """
    while spans := _joined(found_in(text, sieve)):
        parts: list[str] = []
        at = 0
        for start, end, name in spans:
            parts += text[at:start], f"<{name}>"
            at = end
        text = "".join(parts) + text[at:]
    return text


def _joined(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Spans in order, without overlaps: those that meet are one, named as the longest of them."""
    joined: list[tuple[int, int, str]] = []
    longest = 0
    for start, end, name in sorted(spans, key=lambda span: (span[0], -span[1])):
        if joined and start < joined[-1][1]:
            first, last, known = joined[-1]
            joined[-1] = first, max(last, end), name if end - start > longest else known
            longest = max(longest, end - start)
        else:
            joined.append((start, end, name))
            longest = end - start
    return joined
