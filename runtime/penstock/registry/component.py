"""`@component(KIND)` turns a class into a frozen dataclass and files what was declared."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from typing import Any, Protocol, TypeVar, dataclass_transform

from penstock.diagnostics import Span
from penstock.registry.field import FieldSpec, field
from penstock.registry.given import TakesMore
from penstock.registry.kinds import Kind

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

COMPONENTS = "penstock.components"


@dataclass(frozen=True, slots=True, eq=False)
class ComponentSpec:
    """A declared component: its name is the manifest `type`, `help` its docstring."""

    type_name: str
    kind: Kind[Any]
    cls: type
    help: str
    fields: tuple[FieldSpec, ...]

    @property
    def takes_more(self) -> bool:
        """Whether the component takes keys that it does not declare."""
        return issubclass(self.cls, TakesMore)

    def field(self, name: str) -> FieldSpec | None:
        """The field of this name."""
        return next((f for f in self.fields if f.name == name), None)


_WRITTEN_AT = "_written_at"


def note_place(component: object, span: Span) -> None:
    """Remember where a component is written."""
    object.__setattr__(component, _WRITTEN_AT, span)


def written_at(component: object) -> Span | None:
    """Where a component is written; None of one that the code made."""
    span: Span | None = getattr(component, _WRITTEN_AT, None)
    return span


REGISTRY: dict[str, ComponentSpec] = {}
"""Every component imported so far, by manifest `type`. Decoder, schema, reference and forms only ever read it."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def component(kind: Kind[Any]) -> Callable[[type[T]], type[T]]:
    """Register a class: its name is the manifest `type`, its docstring its help text."""

    def register(cls: type[T]) -> type[T]:
        if not cls.__doc__:
            raise TypeError(f"{cls.__name__} has no docstring; it is the component's help text")
        made = dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)
        declared = [f for f in fields(made) if f.metadata]  # type: ignore[arg-type]  # made is a dataclass
        specs = tuple(_field_spec(f) for f in declared)
        REGISTRY[cls.__name__] = ComponentSpec(cls.__name__, kind, made, cls.__doc__, specs)
        return made

    return register


def _field_spec(declared: Any) -> FieldSpec:
    required = declared.default is MISSING and declared.default_factory is MISSING
    if declared.default_factory is not MISSING:
        default = declared.default_factory()
    else:
        default = None if required else declared.default
    return FieldSpec(
        name=declared.name.removesuffix("_"),
        annotation=str(declared.type),
        required=required,
        default=default,
        **declared.metadata,
    )


def find_component(type_name: str) -> ComponentSpec | None:
    """The component of this manifest `type`, imported if it was not yet.

    A component's file is named as its type, in snake_case: `CursorPagination` is in `cursor_pagination.py`.
    """
    if type_name not in REGISTRY:
        module = _module_index().get(type_name.lower())
        if module is None:
            return None
        importlib.import_module(module)
    return REGISTRY.get(type_name)


def all_components() -> Mapping[str, ComponentSpec]:
    """Every component, by type, in alphabetical order. Imports them all."""
    for module in _module_index().values():
        importlib.import_module(module)
    return {name: REGISTRY[name] for name in sorted(REGISTRY)}


def components_of(root: str) -> Mapping[str, ComponentSpec]:
    """Every component that may stand in the language whose outermost component is `root`, in alphabetical order."""
    known = all_components()
    found = {root}
    kinds: set[str] = set()
    waiting = [root]
    while waiting:
        slots = {f.slot.name for f in known[waiting.pop()].fields if f.slot is not None} - kinds
        kinds |= slots
        fresh = {name for name, spec in known.items() if spec.kind.name in slots} - found
        found |= fresh
        waiting += fresh
    return {name: spec for name, spec in known.items() if name in found}


@lru_cache(maxsize=1)
def _module_index() -> dict[str, str]:
    """Module paths below `components/`, by the type they hold in lower case. Reads folders, imports none."""
    package = importlib.import_module(COMPONENTS)
    index = {}
    for family in pkgutil.iter_modules(package.__path__):
        folder = f"{COMPONENTS}.{family.name}"
        paths = [f"{path}/{family.name}" for path in package.__path__]
        for module in pkgutil.iter_modules(paths):
            index[module.name.replace("_", "")] = f"{folder}.{module.name}"
    return index


class Buildable(Protocol[T_co]):
    """Any component of a `Kind[T]`: `build` binds it to the run's Resources and gives what works."""

    def build(self, using: Any) -> T_co: ...
