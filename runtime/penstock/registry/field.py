"""One field of a component: what the manifest may say there, declared beside the code that uses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING
from dataclasses import field as dataclass_field
from keyword import iskeyword
from typing import Any

from penstock.hints import listed
from penstock.lean import dataclass
from penstock.registry.kinds import Kind

Json = Any


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A declared field.

    `scope` names the variables that an expression here may read; `slot` is the kind of component that goes here, and
    `implied` the component meant when none is named. `deprecated` says what to use instead.
    """

    name: str
    annotation: str
    doc: str
    required: bool
    default: Json
    slot: Kind[Any] | None
    implied: str
    scope: frozenset[str]
    unit: str
    secret: bool
    examples: tuple[Json, ...]
    deprecated: str

    @property
    def attribute(self) -> str:
        """The name of the attribute: `class_` where the manifest says `class`, a word of Python's."""
        return f"{self.name}_" if iskeyword(self.name) else self.name

    @property
    def help(self) -> str:
        """The doc, and all else that an author may want to know: unit, what templates may read, what replaces it."""
        notes = [self.doc]
        if self.unit:
            notes.append(f"In {self.unit}.")
        if self.scope:
            notes.append(f"May read {listed(sorted(self.scope))}.")
        if self.deprecated:
            notes.append(f"Deprecated: use `{self.deprecated}`.")
        return " ".join(notes)


def field(
    *,
    doc: str,
    default: Any = MISSING,
    slot: Kind[Any] | None = None,
    implied: str = "",
    scope: Iterable[str] = (),
    unit: str = "",
    secret: bool = False,
    examples: tuple[Json, ...] = (),
    deprecated: str = "",
) -> Any:
    """Declare one manifest field. `doc` has no default: an undocumented field does not import.

    `doc` is a sentence for the manifest's author; `examples` are values as the manifest would write them.
    """
    if not doc.endswith("."):
        raise TypeError("a field's doc is a sentence and ends in a full stop")
    metadata = {
        "doc": doc,
        "slot": slot,
        "implied": implied,
        "scope": frozenset(scope),
        "unit": unit,
        "secret": secret,
        "examples": examples,
        "deprecated": deprecated,
    }
    if default is MISSING:
        return dataclass_field(metadata=metadata)
    if isinstance(default, list | dict):
        return dataclass_field(default_factory=lambda: type(default)(default), metadata=metadata)
    return dataclass_field(default=default, metadata=metadata)
