"""Checks: how to tell that a configuration works."""

from __future__ import annotations

from dataclasses import dataclass

from penstock.registry import Kind


@dataclass(frozen=True, slots=True)
class Check:
    """A built check: the streams to try, by name."""

    stream_names: tuple[str, ...]


CHECK: Kind[Check] = Kind("check", "Tells whether a configuration works.")
