"""Checks: how to tell that a configuration works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from penstock.lean import dataclass
from penstock.registry import Kind

Json = Any


@dataclass(frozen=True, slots=True)
class DynamicCheck:
    """The first streams to try of those that a dynamic stream stands for; all where `count` is None."""

    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Check:
    """A built check: the streams to try, by name, then those of dynamic streams.

    `first` tries so many of all streams instead. With `reads` off it is enough that the streams are found.
    `config_overrides` are laid over the config while the check runs.
    """

    stream_names: tuple[str, ...] = ()
    dynamic: tuple[DynamicCheck, ...] = ()
    first: int | None = None
    reads: bool = True
    config_overrides: Mapping[str, Json] = field(default_factory=dict)


CHECK: Kind[Check] = Kind("check", "Tells whether a configuration works.")
DYNAMIC_CHECK: Kind[DynamicCheck] = Kind("dynamic_check", "Which streams of a dynamic stream a check tries.")

OVERRIDES_DOC = "Values that take the place of the config's while the check runs, such as a shorter period."

RESERVED = "__airbyte"
"""Keys of the config that begin so are the platform's."""


def reserved_keys(overrides: Mapping[str, Json] | None) -> str:
    """What is wrong with overrides of keys that are the platform's; empty text where nothing is."""
    wrong = [key for key in overrides or () if key.startswith(RESERVED)]
    return f"keys that begin with `{RESERVED}` belong to the platform" if wrong else ""
