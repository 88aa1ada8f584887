from __future__ import annotations

from collections.abc import Iterator

from penstock.components.masks import MASK
from penstock.masking.detectors import detector_names, sieve_of
from penstock.masking.scan import scan_text
from penstock.masking.techniques import Technique
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(MASK)
class ScanText:
    """Text with each personal value that is found in it replaced by its class: `call <phone>`."""

    detect: list[str] = field(
        default=[],
        doc="The classes to look for; all that there are by default.",
        examples=(["email", "phone", "card"],),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each class has a detector."""
        for name in self.detect:
            if name not in detector_names():
                yield "detect", f"no detector finds `{name}`; there are {', '.join(detector_names())}"

    def build(self, using: Resources) -> Technique:
        return scan_text(sieve_of(self.detect or detector_names()))
