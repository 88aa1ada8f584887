"""Adapters for classes written on airbyte-cdk's bases, where airbyte-cdk is installed beside Penstock.

It is never a dependency: nothing here is imported before a custom class needs it. The class is made by airbyte-cdk's own
factory, with all that it nests, so it finds what it expects; an adapter makes one of `penstock.custom.bases` of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from penstock.custom import bases
from penstock.custom.guard import Guard
from penstock.errors import ConfigError
from penstock.masking.exits import unlogged
from penstock.records.resources import Resources
from penstock.registry import Given

Base = TypeVar("Base", bound=bases.Custom)
Json = Any


def adapted(
    cls: type, base: type[Base], given: Given, using: Resources, guard: Guard, handed: Mapping[str, Any]
) -> Base:
    """An instance of a class for airbyte-cdk as one of ours. Raises ConfigError and StreamError."""
    try:
        with unlogged():
            from penstock.custom.airbyte.making import adapter_for, make
    except ModuleNotFoundError as error:
        if error.name != "airbyte_cdk":
            raise
        raise ConfigError(
            f"`{given.class_name}` ({given.span}) is not a {base.__name__} of penstock.custom",
            hint="if it is written for airbyte-cdk, install that beside Penstock: pip install airbyte-cdk",
        ) from None
    adapter: Callable[[Any, Resources, Given], Base] | None = adapter_for(base)
    if adapter is None:
        raise ConfigError(
            f"`{given.class_name}` ({given.span}) is not a {base.__name__} of penstock.custom",
            hint="airbyte-cdk takes no custom class of this kind any more",
        )
    made = guard.call(make, cls, base, given, using, handed)
    return guard.call(adapter, made, using, given)
