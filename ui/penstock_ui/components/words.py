"""The words of the manifest language, for completion and hover in the editor: a small form of the registry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from penstock.authoring import FieldSpec, components_of, manifest_schema, policy_schema

Json = Any


@dataclass(frozen=True, slots=True)
class Words:
    """What an editor knows of a language.

    `data` is `{root, kinds: {kind: [type]}, types: {type: {doc, fields: {name: field}}}}`, a field being
    `{doc, required, slot, implied, enum, scope}`, of which what is empty is left out. `digest` names it.
    """

    digest: str
    data: Mapping[str, Json]


@lru_cache(maxsize=1)
def manifest_words() -> Words:
    """The words of manifests."""
    return _words("DeclarativeSource", manifest_schema())


@lru_cache(maxsize=1)
def policy_words() -> Words:
    """The words of masking policies."""
    return _words("MaskingPolicy", policy_schema())


def _words(root: str, schema: Mapping[str, Json]) -> Words:
    components = components_of(root)
    kinds: dict[str, list[str]] = {}
    for name, spec in components.items():
        kinds.setdefault(spec.kind.name, []).append(name)
    types = {}
    for name, spec in components.items():
        forms = schema["definitions"][name]["properties"]
        fields = {field.name: _field(field, forms[field.name]) for field in spec.fields}
        types[name] = {"doc": " ".join(spec.help.split()), "fields": fields}
    data = {"root": root, "kinds": kinds, "types": types}
    return Words(hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16], data)


def _field(field: FieldSpec, form: Json) -> dict[str, Json]:
    made: dict[str, Json] = {
        "doc": field.help,
        "required": field.required,
        "slot": field.slot.name if field.slot else "",
        "implied": field.implied,
        "enum": list(dict.fromkeys(_choices(form))),
        "scope": sorted(field.scope),
    }
    return {name: value for name, value in made.items() if value}


def _choices(form: Json) -> Iterator[str]:
    """The values that a schema lists, wherever in it."""
    if isinstance(form, Mapping):
        yield from (value for value in form.get("enum", ()) if isinstance(value, str))
        if form.get("type") == "boolean":
            yield from ("true", "false")
        parts = (form.get(key) for key in ("else", "anyOf", "allOf", "items"))
        for part in parts:
            yield from _choices(part)
    elif isinstance(form, list):
        for part in form:
            yield from _choices(part)
