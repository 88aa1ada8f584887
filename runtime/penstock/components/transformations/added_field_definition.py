from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from penstock.expressions.compile import Scope
from penstock.expressions.forms import Condition, Text
from penstock.lean import dataclass
from penstock.records.paths import put
from penstock.records.resources import Resources
from penstock.registry import Kind, component, field

SCOPE = ("record", "stream_interval", "stream_partition", "stream_slice")
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (float,),
    "integer": (int,),
    "boolean": (bool,),
}


@dataclass(frozen=True, slots=True)
class AddedField:
    """A built field: its path in the record, and its value."""

    path: list[str]
    value: Callable[[Scope], object]


def adding(fields: list[AddedField], condition: Condition | None) -> Callable[[dict[str, Any], Scope], None]:
    """What sets fields of an object, each only where the condition holds for its `path` and `value`."""

    def add(target: dict[str, Any], scope: Scope) -> None:
        for added in fields:
            value = added.value(scope)
            if condition is None or condition({**scope, "value": value, "path": added.path}):
                if len(added.path) == 1:
                    target[added.path[0]] = value
                else:
                    put(target, added.path, value)

    return add


ADDED_FIELD: Kind[AddedField] = Kind("added_field", "A path in the record and the value to put there.")


@component(ADDED_FIELD)
class AddedFieldDefinition:
    """A field to set: where, and to what."""

    path: list[Text] = field(
        doc="The keys that lead to the field; missing objects are made.", examples=(["account_id"],)
    )
    value: Text = field(
        doc="The value; a missing one is empty text.",
        scope=SCOPE,
        examples=("{{ stream_partition['account_id'] }}", "{{ record['first'] ~ ' ' ~ record['last'] }}"),
    )
    value_type: Literal["string", "number", "integer", "boolean"] | None = field(
        default=None, doc="The type to read the value as; one that does not fit stays text."
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A field has a name."""
        if not self.path:
            yield "path", "`path` needs at least one key"

    def build(self, using: Resources) -> AddedField:
        types = _TYPES[self.value_type] if self.value_type else None
        scope = {"config": using.config}
        path = [part(scope, (str,)) for part in self.path]
        return AddedField(path, lambda here: self.value(here, types))
