"""A setting that was guessed, how sure the guess is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Guess(Generic[T]):
    """`confidence` is within 0..1. `evidence` names places and shapes in words, never a value of a record or header."""

    value: T
    confidence: float
    evidence: str
