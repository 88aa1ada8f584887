"""Masks: what becomes of a value that must not leave in clear."""

from __future__ import annotations

from penstock.masking.techniques import Technique
from penstock.registry import Kind

MASK: Kind[Technique] = Kind("mask", "Replaces a value.")
