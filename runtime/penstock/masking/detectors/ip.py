from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from penstock.masking.detectors import Detector, detector

_V4 = r"(?<![\w.-])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w-])(?!\.[0-9])"
_V6 = r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]{0,4})(?![\w:])"
_SHAPE = re.compile(f"{_V4}|{_V6}", re.IGNORECASE)


@detector
class Ip(Detector):
    """An IP address, version 4 or 6. The standard library's `ipaddress` judges it."""

    name = "ip"
    marks = ".:"
    least = 2

    def whole(self, text: str) -> float:
        text = text.strip()
        return _confidence(text) if _SHAPE.fullmatch(text) else 0.0

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        for found in _SHAPE.finditer(text):
            if _confidence(found.group()):
                yield found.span()


def _confidence(text: str) -> float:
    """Small parts only, as in `1.2.3.4`, may be a version number."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return 0.0
    if isinstance(address, ipaddress.IPv6Address):
        return 0.95 if any(character.isdecimal() for character in text) else 0.0
    if text.startswith("0."):
        return 0.0
    return 0.95 if max(address.packed) > 31 else 0.5
