"""Decoders: from an answer's bytes to its elements."""

from __future__ import annotations

from penstock.records.pages import Decode
from penstock.registry import Kind

DECODER: Kind[Decode] = Kind("decoder", "Reads the body of an answer.", custom="CustomDecoder")
