from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.masking.detectors import Detector, detector

_LOCAL = r"\w.!#$%&'*+/=?^`{|}~-"
_EMAIL = re.compile(
    rf"(?<![{_LOCAL}])(?:mailto:)?[{_LOCAL}]++@(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:xn--[a-z0-9-]+|[^\W\d_]{{2,}})",
    re.IGNORECASE,
)
_FILE = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".css", ".js")


@detector
class Email(Detector):
    """An e-mail address, of any alphabet.

    Whether an address exists is not asked, so a grammar is enough and a library would only add rules.
    """

    name = "email"
    marks = "@"

    def whole(self, text: str) -> float:
        found = _EMAIL.fullmatch(text.strip())
        return 0.98 if found and not _is_file(found.group()) else 0.0

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        for found in _EMAIL.finditer(text):
            if not _is_file(found.group()):
                yield found.span()


def _is_file(text: str) -> bool:
    """An image of double size is called `logo@2x.png`."""
    return text.lower().endswith(_FILE) and re.search(r"@\dx\.", text) is not None
