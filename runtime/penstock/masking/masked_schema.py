"""The JSON Schema of masked records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.masking.automaton import State, second_name
from penstock.masking.techniques import DROPPED, types_of

Json = Any


def mask_schema(schema: Mapping[str, Json], state: State) -> Json:
    """A schema that tells of parts is followed into them; the technique says what becomes of the rest.

    Never tighter than what the masked records need: of a union whose branches a mask may make alike, any may fit.
    """
    is_list = "array" in types_of(schema) or "items" in schema
    applied = state.of_list if is_list else state.applied
    technique = applied.technique if applied else None
    branches = [union for union in _UNIONS if isinstance(schema.get(union), list)]
    made = dict(schema)
    if technique is not None and not (branches and "type" not in schema):
        masked = technique.schema(schema)
        if masked is DROPPED:
            return DROPPED
        parts = {key: schema[key] for key in _PARTS if key in schema}
        made = {**masked, **parts}
        if parts and "type" not in schema:
            made.pop("type", None)
    if technique is not None and technique.name not in {"", "Keep"}:
        made["x-masked"] = {"by": technique.name}
    _mask_parts(made, state)
    for union in branches:
        masked_branches = [
            mask_schema(branch, state) for branch in made.pop(union) if isinstance(branch, Mapping)
        ]
        left = [branch for branch in masked_branches if branch is not DROPPED]
        if masked_branches and not left:
            return DROPPED
        made.setdefault("anyOf" if union == "oneOf" else union, left)
    return made


_UNIONS = ("anyOf", "oneOf", "allOf")
_PARTS = ("properties", "required", "additionalProperties", "items", *_UNIONS)
"""What a schema says of the parts of a value."""


def _mask_parts(made: dict[str, Json], state: State) -> None:
    """Mask what a schema says of the fields of an object and of the items of a list."""
    properties = made.get("properties")
    fields: dict[str, Json] = dict(properties) if isinstance(properties, Mapping) else {}
    additional = made.get("additionalProperties")
    if isinstance(additional, Mapping):
        fields = {**dict.fromkeys(state.names, additional), **fields}
        others = additional if state.other is None else mask_schema(additional, state.other)
        made["additionalProperties"] = False if others is DROPPED else others
    masked: dict[str, Json] = {}
    for name, child in fields.items():
        after = state.names.get(name, state.other)
        masked[name] = _mask_field(child, after)
        for key_id, older in after.previous if after else ():
            masked[second_name(name, key_id)] = _mask_field(child, older)
    if isinstance(properties, Mapping) or masked:
        made["properties"] = {name: child for name, child in masked.items() if child is not DROPPED}
    if isinstance(made.get("required"), list):
        made["required"] = [
            name for name in made["required"] if not _may_go(state.names.get(name, state.other))
        ]
    if isinstance(made.get("items"), Mapping) and state.items is not None:
        inner = mask_schema(made["items"], state.items)
        made["items"] = {} if inner is DROPPED else inner


def _mask_field(schema: Json, state: State | None) -> Json:
    return schema if state is None or not isinstance(schema, Mapping) else mask_schema(schema, state)


def _may_go(state: State | None) -> bool:
    applied = (state.applied, state.of_list) if state else ()
    return any(one is not None and one.technique.schema({}) is DROPPED for one in applied)
