"""Transformations: what changes in a record before it leaves."""

from __future__ import annotations

from penstock.masking.automaton import MaskRule
from penstock.records.select import Transform
from penstock.registry import Kind

TRANSFORMATION: Kind[Transform | MaskRule] = Kind(
    "transformation", "Changes records.", custom="CustomTransformation"
)
