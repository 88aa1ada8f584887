"""What the components `Custom…` have in common: a class by its name, and the fields it asks for."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from penstock.custom.bases import Context, Custom
from penstock.custom.guard import Guard
from penstock.errors import ConfigError, ManifestError
from penstock.expressions.compile import Template
from penstock.hints import did_you_mean, listed
from penstock.masking.exits import foreign_code
from penstock.records.resources import Resources
from penstock.registry import Given, TakesMore, field

Base = TypeVar("Base", bound=Custom)


def class_name(example: str) -> Any:
    """The field of the same name."""
    doc = "The class, as `module.ClassName`; every other key is the class's own. See `penstock.custom`."
    return field(doc=doc, examples=(example,))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CustomComponent(TakesMore):
    """Base of the components whose work is done by a class of the connector's own."""

    def made(self, base: type[Base], using: Resources, **handed: Any) -> Base:
        """An instance of the class, guarded.

        A class written for airbyte-cdk comes in an adapter that is a `base`; `handed` is what airbyte-cdk gives such a
        class besides. Raises ConfigError and ManifestError.
        """
        with foreign_code():
            return self._made(base, using, handed)

    def _made(self, base: type[Base], using: Resources, handed: Mapping[str, Any]) -> Base:
        given = self.given
        told = f"`{given.class_name}` ({given.span})"
        try:
            cls = given.find(given.class_name)
        except ConfigError as error:
            raise ConfigError(f"{given.span}: {error.message}", hint=error.hint) from None
        guard = Guard(told)
        if issubclass(cls, base):
            fields = _fields(cls, given, using)
            return guard.over(guard.call(cls, _context(given, using), fields), base)
        if issubclass(cls, Custom):
            raise ConfigError(f"{told} is not a {base.__name__} of penstock.custom")
        from penstock.custom.airbyte import adapted

        return guard.over(adapted(cls, base, given, using, guard, handed), base)


def _context(given: Given, using: Resources) -> Context:
    return Context(
        config=using.config,
        parameters=given.definition.get("$parameters") or {},
        stream=using.stream.name,
        send=using.send,
        secret=using.minted,
        clock=using.clock,
        sleep=using.sleep,
    )


def _fields(cls: type[Custom], given: Given, using: Resources) -> Mapping[str, Any]:
    """What the class declares, out of what is given. Raises ConfigError where they do not fit."""
    if given.problems:
        raise ManifestError(given.problems)
    wanted = {
        name
        for base in cls.__mro__
        if issubclass(base, Custom) and base is not Custom
        for name, hint in inspect.get_annotations(base).items()
        if not str(hint).startswith(("ClassVar", "typing.ClassVar"))
    }
    unknown = given.fields.keys() - wanted - given.handed_down
    if unknown:
        first = min(unknown)
        hint = did_you_mean(first, wanted) or f"its annotations are {listed(sorted(wanted))}"
        raise ConfigError(f"`{given.class_name}` ({given.span}) has no field `{first}`", hint=hint)
    fields = {name: _bound(value, using) for name, value in given.fields.items() if name in wanted}
    missing = sorted(name for name in wanted - fields.keys() if not hasattr(cls, name))
    if missing:
        raise ConfigError(f"`{given.class_name}` ({given.span}) needs {listed(missing)}")
    return fields


def _bound(value: Any, using: Resources) -> Any:
    """A field's value: texts evaluated, components built."""
    if isinstance(value, Template):
        scope = {"config": using.config}
        if value.reads <= scope.keys():
            return value.evaluate(scope, strict=True)
        return lambda here: value.evaluate({**scope, **here}, strict=True)
    if isinstance(value, list):
        return [_bound(child, using) for child in value]
    if isinstance(value, dict):
        return {key: _bound(child, using) for key, child in value.items()}
    return value.build(using) if hasattr(value, "build") else value
