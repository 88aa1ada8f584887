from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.masking.detectors import Detector, detector

_REST = r"[^\s<>\"]"
_SECRETS = r"access_token|api_?key|client_secret|password|passwd|secret|x-amz-signature"
_SHAPE = re.compile(
    rf"\b[a-z][a-z0-9+.-]*://(?:[^\s/?#@:<>\"]*:[^\s/?#<>\"]+@{_REST}+|{_REST}*[?&#](?:{_SECRETS})={_REST}+)",
    re.IGNORECASE,
)


@detector
class UrlCredentials(Detector):
    """A URL with a password in it, before the host or among its parameters; all of the URL is taken.

    The grammar of RFC 3986 is small here, so that no library is needed.
    """

    name = "url_credentials"
    marks = ":"

    def whole(self, text: str) -> float:
        return 0.97 if _SHAPE.fullmatch(text.strip()) else 0.0

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        yield from (found.span() for found in _SHAPE.finditer(text))
