from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.masking.detectors import Detector, detector, spans_of

_SHAPE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Za-z0-9])", re.IGNORECASE)
_WORD_END = re.compile(r"(?<=[A-Za-z0-9])(?![A-Za-z0-9])")


@detector
class Iban(Detector):
    """An international bank account number: the form of its country, and right by modulo 97 (ISO 13616).

    `python-stdnum` knows the form of each country.
    """

    name = "iban"
    marks = "0123456789"
    least = 7

    def whole(self, text: str) -> float:
        text = text.strip()
        return 0.99 if _SHAPE.fullmatch(text) and _is_iban(text) else 0.0

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        return spans_of(_SHAPE, _end, text)


def _end(candidate: str) -> int:
    """Where the number ends that the candidate begins with, which a word may follow; 0 where there is none."""
    ends = [end.start() for end in _WORD_END.finditer(candidate)]
    return next((end for end in reversed(ends) if _is_iban(candidate[:end])), 0)


def _is_iban(text: str) -> bool:
    from stdnum import iban

    return iban.is_valid(text)
