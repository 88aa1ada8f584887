from __future__ import annotations

from collections.abc import Callable, Iterator

from penstock.components.masks import MASK
from penstock.components.policies import DATA_CLASS, Context
from penstock.components.transformations.mask_fields import mask_problems
from penstock.hints import did_you_mean, listed
from penstock.masking.detectors import detector_names
from penstock.masking.policy import DataClass
from penstock.masking.techniques import Technique
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(DATA_CLASS)
class ClassPolicy:
    """A class of data and its mask."""

    mask: Buildable[Technique] | str = field(
        doc="What becomes of the values: a mask, or the name of one that needs no settings.",
        slot=MASK,
        examples=({"type": "Hmac", "key": "people", "domain": "person"}, "redact"),
    )
    detect: str = field(
        default="",
        doc="The detector that finds values of the class in fields that nothing covers.",
        examples=("email",),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """The mask and the detector are known."""
        yield from mask_problems(self.mask)
        if self.detect and self.detect not in detector_names():
            hint = did_you_mean(self.detect, detector_names()) or f"there are {listed(detector_names())}"
            yield "detect", f"no detector has this name; {hint}"

    def build(self, using: Resources) -> Callable[[str, Context], DataClass]:
        def build(name: str, context: Context) -> DataClass:
            technique, previous = context.mask(self.mask)
            return DataClass(name, technique, previous, self.detect)

        return build
