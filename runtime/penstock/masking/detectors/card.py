from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.masking.detectors import Detector, detector

_SHAPE = re.compile(
    r"(?<![A-Za-z0-9])(?<![0-9]\.)"
    r"(?:[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1?[0-9]{3})?|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5}|[0-9]{14,19})"
    r"(?![A-Za-z0-9])(?!\.[0-9])"
)
_BRANDS = re.compile(
    r"4(?:[0-9]{15}|[0-9]{18})"  # Visa
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"  # Mastercard
    r"|3[47][0-9]{13}"  # American Express
    r"|(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12}(?:[0-9]{3})?"  # Discover
    r"|62[0-9]{14}(?:[0-9]{3})?"  # UnionPay
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}"  # JCB
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11}"  # Diners Club
)


@detector
class Card(Detector):
    """A payment card number: the length and prefix of a brand, and a right check digit (ISO/IEC 7812).

    `python-stdnum` does Luhn's check. It knows no brands, and without them one id in ten would be a card.
    """

    name = "card"
    marks = "0123456789"
    least = 14

    def whole(self, text: str) -> float:
        text = text.strip()
        if not _SHAPE.fullmatch(text) or not _is_card(text):
            return 0.0
        return 0.8 if text.isdecimal() else 0.95

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        at = 0
        while found := _SHAPE.search(text, at):
            right = _is_card(found.group())
            at = found.end() if right else found.start() + 1
            if right:
                yield found.span()


def _is_card(text: str) -> bool:
    from stdnum import luhn

    digits = text.replace(" ", "").replace("-", "")
    return _BRANDS.fullmatch(digits) is not None and luhn.is_valid(digits) and len(set(digits)) > 1
