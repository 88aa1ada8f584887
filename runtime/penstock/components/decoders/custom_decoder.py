from __future__ import annotations

from penstock.components.decoders import DECODER
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.pages import Decode
from penstock.records.resources import Resources
from penstock.registry import component


@component(DECODER)
class CustomDecoder(CustomComponent):
    """Read the body of an answer by a class of the connector's own."""

    class_name: str = class_name("components.SemicolonDecoder")

    def build(self, using: Resources) -> Decode:
        return Decode(self.made(bases.Decoder, using).decode)
