from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.masking.detectors import Detector, detector

_SHAPE = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # JSON Web Token, RFC 7519
    r"|-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:[^-]+-----END (?:[A-Z]+ )*PRIVATE KEY-----)?"
    r"|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[\w+/=-]{16,}"  # Stripe
    r"|gh[opsur]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{18,}"
    r"|(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])"  # Amazon
    r"|AIza[\w-]{35}|ya29\.[\w-]{20,}"  # Google
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{20,}"  # Slack
    r"|SG\.[\w-]{16,}\.[\w-]{16,}"  # SendGrid
    r"|sk-[\w-]{20,}|hf_[A-Za-z0-9]{30,}|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{30,}"
    r"|shp(?:at|ca|pa|ss)_[0-9a-f]{32}|pat-[a-z]{2}\d-[0-9a-f-]{36}|dop_v1_[0-9a-f]{64}"
    r")"
)


@detector
class Token(Detector):
    """A secret that opens an account: a JSON Web Token, a private key, or an API key whose vendor marks it as one.

    The vendors' marks are the form; a text that is merely random is not taken for a secret, as ids and digests are too.
    """

    name = "token"
    marks = "_-."

    def whole(self, text: str) -> float:
        text = text.strip()
        return 0.97 if _SHAPE.fullmatch(text.removeprefix("Bearer ")) else 0.0

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        yield from (found.span() for found in _SHAPE.finditer(text))
