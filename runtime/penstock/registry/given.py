"""What a manifest says to a class of the connector's own, whose fields only that class knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from penstock.diagnostics import Diagnostic, Span

Json = Any

FindClass = Callable[[str], type]
"""From a `class_name` to the class. Raises ConfigError. Without one, custom code is refused."""


@dataclass(frozen=True, slots=True)
class Given:
    """The keys of a custom component.

    `fields` holds a Template for each text, a component for each mapping that is one, and anything else as it is;
    `problems` are what kept some of it from being read. `definition` is the mapping as plain JSON, `$parameters`
    included, and `handed_down` names the keys that came from `$parameters` of further up.
    """

    class_name: str
    span: Span
    fields: Mapping[str, Any]
    handed_down: frozenset[str]
    problems: tuple[Diagnostic, ...]
    definition: Mapping[str, Json]
    find: FindClass


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TakesMore:
    """Base of components that take keys they do not declare."""

    given: Given
