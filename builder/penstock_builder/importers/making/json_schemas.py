"""Schemas of OpenAPI as JSON Schema draft-07: references followed, all that only a writer of requests needs left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Any

MOST_LEVELS = 12
MOST_NODES = 4000
"""Schemas within one; of larger ones the rest is left open."""

_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


class References:
    """Follows the references of a document to places within it; counts those that lead out of it."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._outside: set[str] = set()

    @property
    def outside(self) -> int:
        """How many different references, of those that were met so far, lead into other files."""
        return len(self._outside)

    def follow(self, node: Json) -> Json:
        """What a node stands for, itself where it is no reference; None where it leads nowhere, or in a circle."""
        seen: set[str] = set()
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            if reference in seen:
                return None
            seen.add(reference)
            node = self._at(reference)
        return node

    def mapping(self, node: Json) -> Mapping[str, Json]:
        """What a node stands for where that is a mapping, else nothing."""
        found = self.follow(node)
        return found if isinstance(found, dict) else {}

    def _at(self, reference: str) -> Json:
        if not reference.startswith("#"):
            self._outside.add(reference)
        if not reference.startswith("#/"):
            return None
        here = self._document
        for part in reference[2:].split("/"):
            key = _unescaped(part)
            if isinstance(here, list) and key.isdecimal() and int(key) < len(here):
                here = here[int(key)]
            elif isinstance(here, dict):
                here = here.get(key)
            else:
                return None
        return here


def _unescaped(part: str) -> str:
    from urllib.parse import unquote

    return unquote(part).replace("~1", "/").replace("~0", "~")


def draft_07(schema: Json, references: References) -> dict[str, Json]:
    """A schema as draft-07; one that holds itself is left open where it does."""
    return _Converter(references).convert(schema, (), 0)


class _Converter:
    def __init__(self, references: References) -> None:
        self._references = references
        self._left = MOST_NODES

    def convert(self, schema: Json, within: tuple[str, ...], level: int) -> dict[str, Json]:
        if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
            if schema["$ref"] in within:
                return {}
            within = (*within, schema["$ref"])
        found = self._references.mapping(schema)
        self._left -= 1
        if not found or level > MOST_LEVELS or self._left < 0:
            return {}
        made = self._own(found, within, level)
        for part in _list(found.get("allOf")):
            made = _joined(made, self.convert(part, within, level + 1))
        for name in ("oneOf", "anyOf"):
            if _list(found.get(name)):
                made = _joined(made, self._one_of(found[name], within, level))
        if found.get("nullable") is True and "type" in made:
            made["type"] = _types([*_as_list(made["type"]), "null"])
        return made

    def _own(self, found: Mapping[str, Json], within: tuple[str, ...], level: int) -> dict[str, Json]:
        made: dict[str, Json] = {}
        kinds = [kind for kind in _as_list(found.get("type")) if kind in _TYPES]
        if kinds:
            made["type"] = _types(kinds)
        elif "properties" in found:
            made["type"] = "object"
        for name in ("format", "description"):
            if isinstance(found.get(name), str) and found[name].strip():
                made[name] = found[name].strip()
        declared = found.get("properties")
        if isinstance(declared, dict):
            made["properties"] = {
                str(name): self.convert(child, within, level + 1)
                for name, child in declared.items()
                if self._references.mapping(child).get("writeOnly") is not True
            }
        if "items" in found:
            made["items"] = self.convert(found["items"], within, level + 1)
        if isinstance(found.get("additionalProperties"), dict) and found["additionalProperties"]:
            made["additionalProperties"] = self.convert(found["additionalProperties"], within, level + 1)
        return made

    def _one_of(self, branches: Json, within: tuple[str, ...], level: int) -> dict[str, Json]:
        """Alternatives as one schema that admits them all."""
        made = [self.convert(branch, within, level + 1) for branch in branches]
        kinds = {kind for branch in made for kind in _as_list(branch.get("type"))}
        real = [branch for branch in made if branch.get("type") != "null"]
        if not real or not all("type" in branch for branch in real):
            return {}
        joined: dict[str, Json] = {}
        for branch in real:
            joined = _joined(joined, branch)
        joined["type"] = _types(sorted(kinds))
        return joined


def _joined(one: dict[str, Json], other: dict[str, Json]) -> dict[str, Json]:
    """Both schemas in one; of what both say the first is kept."""
    made = {**other, **one}
    if "properties" in one and "properties" in other:
        made["properties"] = {**other["properties"], **one["properties"]}
        for name in one["properties"].keys() & other["properties"].keys():
            made["properties"][name] = _joined(one["properties"][name], other["properties"][name])
    return made


def _types(kinds: list[Json]) -> Json:
    kinds = list(dict.fromkeys(kinds))
    return kinds[0] if len(kinds) == 1 else kinds


def _as_list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
