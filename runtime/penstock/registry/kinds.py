"""A kind is a slot that components plug into. Each is declared in the `__init__` of its folder of components."""

from __future__ import annotations

from typing import Generic, TypeVar

from penstock.lean import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A slot in the manifest. `T` is what `build` of every component of the kind returns.

    `custom` is the type of a component that names a `class_name` and no `type`.
    """

    name: str
    doc: str
    custom: str = ""

    @property
    def definition(self) -> str:
        """Its name in a JSON Schema, where `$ref` takes no spaces (RFC 3986)."""
        return self.name.replace(" ", "_")
