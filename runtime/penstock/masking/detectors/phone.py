from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.masking.detectors import Detector, detector, spans_of

_END = r"(?:\s*(?:x|ext\.?|#)\s*[0-9]{1,6})?(?![\w-])(?!\.[0-9])"
_ABROAD = r"(?<![\w+])(?:\+[ (]{0,2}[1-9]|00[ -]?[1-9][0-9]{0,2}[ .(/-])(?:[ ().\-/]{0,3}[0-9]){6,16}"
_AT_HOME = (
    r"(?<![\w+.:-])(?:"
    r"(?:1[ .-])?\([0-9]{2,5}\)(?:[ .\-/]{0,2}[0-9]){5,9}"
    r"|(?:1[ .-])?[2-9][0-9]{2}([ .-])[2-9][0-9]{2}\1[0-9]{4}"
    r"|0[1-9][0-9]{0,4}(?:[ \-/.][0-9]{2,8}){1,5}"
    r")"
)
_SHAPE = re.compile(f"(?:{_ABROAD}|{_AT_HOME}){_END}", re.IGNORECASE)
_OTHER = re.compile(
    r"(?:[0-9]{1,2}([-./])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})|[0-9]{4}([-./])[0-9]{1,2}\2[0-9]{1,2})(?![0-9])"
    r"|[0-9]{3}-[0-9]{2}-[0-9]{4}$"
)
"""Dates, and the social security number of the United States."""
_REGIONS = ("US", "GB", "DE", "FR", "IT", "ES", "NL", "AU", "IN", "BR", "JP", "CH", "AT", "SE")
"""Where a number without a country may be from: the markets from which most public connectors come."""


@detector
class Phone(Detector):
    """A telephone number: with its country in any form, or without one where it is written as a phone number is.

    `phonenumbers` (Google's numbering plans, kept up monthly) judges the digits; its own matcher wants one home country
    and takes bare digits too. Bare digits are no phone number here: order numbers and timestamps look the same.
    """

    name = "phone"
    marks = "0123456789"
    least = 7

    def whole(self, text: str) -> float:
        text = text.strip().removeprefix("tel:")
        found = _SHAPE.fullmatch(text)
        return _confidence(text) if found else 0.0

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        return spans_of(_SHAPE, _end, text)


def _end(candidate: str) -> int:
    """Where the longest number ends that the candidate begins with; 0 where there is none.

    What follows a number in a text may be digits too: a date, a price.
    """
    while candidate:
        if _confidence(candidate):
            return len(candidate)
        cut = max(candidate.rfind(mark) for mark in " ().-/x#")
        candidate = candidate[: max(cut, 0)].rstrip(" ().-/x#")
    return 0


def _confidence(text: str) -> float:
    import phonenumbers

    digits = sum(character.isdecimal() for character in text)
    if digits < 7 or _OTHER.match(text):
        return 0.0
    abroad = text.startswith(("+", "00"))
    if abroad:
        try:
            number = phonenumbers.parse("+" + text.lstrip("+0 "), None)
        except phonenumbers.NumberParseException:
            return 0.0
        if phonenumbers.is_valid_number(number):
            return 0.95
        return 0.7 if text.startswith("+") and phonenumbers.is_possible_number(number) else 0.0
    if text.startswith("0") and digits < 9:
        return 0.0
    for region in _REGIONS:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return 0.0
        if phonenumbers.is_valid_number(number):
            return 0.8
    return 0.0
