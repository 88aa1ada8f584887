"""The inputs of a connector: what its specification asks of a user, one property each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from penstock.authoring import ConfigError, Json, Node, read_paths, require_fit
from penstock_builder.draft import Draft, DraftError
from penstock_builder.editing.change import with_key, with_value, without_value
from penstock_builder.editing.document import Document
from penstock_builder.editing.places import Parts, pointer_of

TYPES = ("string", "integer", "number", "boolean", "array", "object")
"""The JSON types that an input may have."""

_SCHEMA = ("spec", "connection_specification")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_EMPTY: Mapping[str, Json] = {
    "type": "Spec",
    "connection_specification": {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {},
    },
}


@dataclass(frozen=True, slots=True)
class Input:
    """An input. `schema` is its JSON Schema as it is written; the other fields are read from it."""

    name: str
    schema: Mapping[str, Json]
    required: bool

    @property
    def title(self) -> str:
        """What a user sees instead of its name."""
        return str(self.schema.get("title") or "")

    @property
    def type(self) -> str:
        """Its JSON type; the first that is not null where there are several."""
        told = self.schema.get("type")
        several = told if isinstance(told, list) else [told]
        fallback = "object" if self.branches or "properties" in self.schema else "string"
        return next((str(each) for each in several if each not in (None, "null")), fallback)

    @property
    def is_secret(self) -> bool:
        """Whether it is marked as a secret."""
        return self.schema.get("airbyte_secret") is True

    @property
    def order(self) -> int | None:
        """Its place in a user's form."""
        told = self.schema.get("order")
        return told if isinstance(told, int) else None

    @property
    def branches(self) -> Sequence[Mapping[str, Json]]:
        """The forms that its value may take, where it is one of several."""
        told = self.schema.get("oneOf") or self.schema.get("anyOf") or ()
        return [each for each in told if isinstance(each, Mapping)]

    def misfit(self, value: Json) -> str:
        """Why a value is none for this input, without telling it; empty where it is one."""
        schema = {"type": "object", "properties": {self.name: self.schema}}
        try:
            require_fit({self.name: value}, schema, "the value", "what is declared")
        except ConfigError as error:
            return error.message
        return ""


def inputs_of(specification: Mapping[str, Json]) -> list[Input]:
    """The inputs of a JSON Schema, by their `order`, then as they are written."""
    properties = specification.get("properties")
    required = specification.get("required")
    wanted = required if isinstance(required, list) else []
    found = [
        Input(str(name), schema if isinstance(schema, Mapping) else {}, name in wanted)
        for name, schema in (properties.items() if isinstance(properties, Mapping) else ())
    ]
    return sorted(found, key=lambda each: (each.order is None, each.order or 0))


def add_input(draft: Draft, name: str, schema: Mapping[str, Json], *, required: bool = False) -> None:
    """Add an input. Raises DraftError where the name is taken, or cannot be used in an expression."""
    _free(draft.document, name)

    def added(now: Document) -> Document:
        if now.node(_SCHEMA) is None:
            now = with_value(now, ("spec",), dict(_EMPTY))
        now = with_value(now, (*_SCHEMA, "properties", name), dict(schema))
        return _with_required(now, name, required=required)

    draft.change(added, f"add input {name}")


def edit_input(draft: Draft, name: str, changes: Mapping[str, Json], *, required: bool | None = None) -> None:
    """Change parts of an input's schema; None takes a part away."""

    def edited(now: Document) -> Document:
        at = (*_SCHEMA, "properties", name)
        if now.node(at) is None:
            raise now.nowhere(at)
        for key, value in changes.items():
            if value is not None:
                now = with_value(now, (*at, key), value)
            elif now.node((*at, key)) is not None:
                now = without_value(now, (*at, key))
        return now if required is None else _with_required(now, name, required=required)

    draft.change(edited, f"edit input {name}")


def remove_input(draft: Draft, name: str) -> None:
    """Remove an input. Expressions that read it are left for the linter to tell of."""

    def removed(now: Document) -> Document:
        now = _with_required(now, name, required=False)
        return without_value(now, (*_SCHEMA, "properties", name))

    draft.change(removed, f"remove input {name}")


def rename_input(draft: Draft, name: str, new: str) -> None:
    """Rename an input; the expressions that read `config['name']` follow.

    Raises DraftError where one reads it in a way that cannot be followed: then nothing is changed.
    """
    if new == name:
        return
    _free(draft.document, new)

    def renamed(now: Document) -> Document:
        required = _required(now)
        now = with_key(now, (*_SCHEMA, "properties", name), new)
        if name in required:
            follow = [new if each == name else each for each in required]
            now = with_value(now, (*_SCHEMA, "required"), follow)
        for parts, text in list(_readers(now, name)):
            now = with_value(now, parts, _followed(now, parts, text, name, new))
        return now

    draft.change(renamed, f"rename input {name} to {new}")


def readers(draft: Draft, name: str) -> list[str]:
    """The places whose expressions read an input, as pointers."""
    return [pointer_of(parts) for parts, _ in _readers(draft.document, name)]


def _free(now: Document, name: str) -> None:
    if not _NAME.match(name):
        raise DraftError(
            "the name of an input is letters, digits and `_`, and begins with no digit",
            hint="then expressions can read it as `config['name']`",
        )
    if now.node((*_SCHEMA, "properties", name)) is not None:
        raise DraftError(f"there is an input `{name}`", hint="choose another name")


def _required(now: Document) -> list[Json]:
    node = now.node((*_SCHEMA, "required"))
    told = now.value((*_SCHEMA, "required")) if node is not None else []
    return told if isinstance(told, list) else []


def _with_required(now: Document, name: str, *, required: bool) -> Document:
    before = _required(now)
    after = [each for each in before if each != name] + ([name] if required else [])
    if (name in before) == required:
        return now
    if after:
        return with_value(now, (*_SCHEMA, "required"), after)
    return without_value(now, (*_SCHEMA, "required"))


def _readers(now: Document, name: str) -> Iterator[tuple[Parts, str]]:
    """Every text that reads an input, with its place; what an alias repeats is told once."""
    seen: set[tuple[int, int]] = set()

    def visit(node: Node, parts: Parts) -> Iterator[tuple[Parts, str]]:
        if isinstance(node.value, str):
            if (node.line, node.col) not in seen and _reads(node.value, name):
                seen.add((node.line, node.col))
                yield parts, node.value
        elif isinstance(node.value, dict):
            for key, child in node.value.items():
                yield from visit(child, (*parts, key))
        elif isinstance(node.value, list):
            for index, child in enumerate(node.value):
                yield from visit(child, (*parts, str(index)))

    if now.root is not None:
        yield from visit(now.root, ())


def _reads(text: str, name: str) -> bool:
    return any(path[:2] == ("config", name) for path in read_paths(text))


def _followed(now: Document, parts: Parts, text: str, name: str, new: str) -> str:
    """A text whose expressions read the input by its new name."""
    word = re.escape(name)
    ways = re.compile(
        rf"(\bconfig\s*\[\s*(['\"])){word}(\2\s*\])"
        rf"|(\bconfig\s*\.\s*get\(\s*(['\"])){word}(\5)"
        rf"|(\bconfig\s*\.\s*){word}\b"
    )

    def put(found: re.Match[str]) -> str:
        groups = found.groups()
        return f"{groups[0] or groups[3] or groups[6]}{new}{groups[2] or groups[5] or ''}"

    made = _TEMPLATE.sub(lambda part: ways.sub(put, part.group()), text)
    if _reads(made, name):
        raise now.refuse(
            parts, f"this reads the input `{name}` in a way that cannot be followed", "edit it as text first"
        )
    return made
