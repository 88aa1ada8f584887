"""Masks: what becomes of a value that must not leave in clear."""

from __future__ import annotations

from dataclasses import MISSING
from typing import Any

from penstock.masking.techniques import Technique
from penstock.registry import Kind, field

MASK: Kind[Technique] = Kind("mask", "Replaces a value.")


def domain_field(default: Any = MISSING) -> Any:
    """Declare `domain`, which all keyed masks have; with a `default` it may be left out."""
    doc = "What the values are; only values of one domain can be joined."
    return field(default=default, doc=doc, examples=("person",))


def key_field() -> Any:
    """Declare `key`, which all keyed masks have."""
    return field(
        default="env:PENSTOCK_MASKING_KEY",
        doc="The key, by reference: `env:NAME` or `file:PATH`; at least 32 bytes.",
        examples=("env:MASKING_KEY_2026",),
    )


def key_id_field() -> Any:
    """Declare `key_id`, for masks that put it in front of what they make."""
    return field(
        default="k1", doc="A name for the key, in front of every masked value, so that keys can change."
    )


KEY_ID_PROBLEM = ("key_id", "a key id is made of letters and digits")
"""What is wrong with a key id that has anything else."""
