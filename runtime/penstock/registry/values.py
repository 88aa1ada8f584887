"""What a field takes, read from its annotation once; decoder, JSON Schema and messages all ask here."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any, Literal, Protocol

from penstock.expressions.compile import Template
from penstock.expressions.forms import Body, Condition, Text, TextMap
from penstock.hints import did_you_mean, listed
from penstock.lean import dataclass
from penstock.manifest.node import Node, plain
from penstock.masking.shape import describe
from penstock.registry.blueprint import Blueprint
from penstock.registry.field import FieldSpec
from penstock.registry.kinds import Kind

Json = Any


class Place(Protocol):
    """Where a value is decoded: `where` is its `Component.field`."""

    where: str

    def error(self, rule: str, message: str, at: Node, hint: str = "") -> None: ...

    def template(self, text: str, at: Node) -> Template | None: ...

    def child(self, node: Node, kind: Kind[Any], implied: str) -> Any: ...

    def blueprint(self, node: Node, kind: Kind[Any], implied: str) -> Any: ...


class Value(Protocol):
    """One form that a field can take."""

    @property
    def words(self) -> str:
        """What it is, as messages say it."""
        ...

    def accepts(self, node: Node) -> bool:
        """Tell, by its JSON type alone, whether the node can be this."""
        ...

    def decode(self, node: Node, place: Place) -> Any:
        """Give the value; problems go to `place.error`."""
        ...

    def schema(self) -> Json:
        """JSON Schema (draft-07) of what the manifest may hold here."""
        ...


INVALID = object()
"""Stands for a value that could not be decoded; its problem is filed."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text, a whole number, a number or a boolean."""

    python: type
    words: str
    json_type: str

    def accepts(self, node: Node) -> bool:
        kind = type(node.value)
        return kind is self.python or (self.python is float and kind is int)

    def decode(self, node: Node, place: Place) -> Any:
        return node.value

    def schema(self) -> Json:
        return {"type": self.json_type}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]
    words: str = "text"

    def accepts(self, node: Node) -> bool:
        return isinstance(node.value, str)

    def decode(self, node: Node, place: Place) -> Any:
        if node.value in self.options:
            return node.value
        hint = did_you_mean(node.value, self.options) or f"one of {listed(self.options)}"
        place.error("not-an-option", f"{place.where} has no option of this name", node, hint)
        return INVALID

    def schema(self) -> Json:
        return {"enum": list(self.options)}


@dataclass(frozen=True, slots=True)
class Free:
    """Any JSON value."""

    words: str = "any value"

    def accepts(self, node: Node) -> bool:
        return True

    def decode(self, node: Node, place: Place) -> Any:
        return plain(node)

    def schema(self) -> Json:
        return {}


class Unread:
    """Annotation of a field that the manifest may hold and that no one reads, such as `definitions`."""


@dataclass(frozen=True, slots=True)
class _UnreadMapping:
    words: str = "a mapping"

    def accepts(self, node: Node) -> bool:
        return isinstance(node.value, dict)

    def decode(self, node: Node, place: Place) -> Any:
        return None

    def schema(self) -> Json:
        return {"type": "object"}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list."""

    item: Value

    @property
    def words(self) -> str:
        return f"a list of {self.item.words}"

    def accepts(self, node: Node) -> bool:
        return isinstance(node.value, list)

    def decode(self, node: Node, place: Place) -> Any:
        made = [decode(self.item, child, place) for child in node.value]
        return INVALID if any(m is INVALID for m in made) else made

    def schema(self) -> Json:
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping with text keys."""

    item: Value

    @property
    def words(self) -> str:
        return f"a mapping to {self.item.words}"

    def accepts(self, node: Node) -> bool:
        return isinstance(node.value, dict)

    def decode(self, node: Node, place: Place) -> Any:
        made = {key: decode(self.item, child, place) for key, child in node.value.items()}
        return INVALID if any(m is INVALID for m in made.values()) else made

    def schema(self) -> Json:
        return {"type": "object", "additionalProperties": self.item.schema()}


@dataclass(frozen=True, slots=True)
class OneOf:
    """The first of several forms that fits."""

    options: tuple[Value, ...]

    @property
    def words(self) -> str:
        return " or ".join(option.words for option in self.options)

    def accepts(self, node: Node) -> bool:
        return any(option.accepts(node) for option in self.options)

    def decode(self, node: Node, place: Place) -> Any:
        return next(option for option in self.options if option.accepts(node)).decode(node, place)

    def schema(self) -> Json:
        return {"anyOf": [option.schema() for option in self.options]}


@dataclass(frozen=True, slots=True)
class Child:
    """A component of a kind."""

    kind: Kind[Any]
    implied: str

    @property
    def words(self) -> str:
        return f"a component ({self.kind.name})"

    def accepts(self, node: Node) -> bool:
        return isinstance(node.value, dict)

    def decode(self, node: Node, place: Place) -> Any:
        return place.child(node, self.kind, self.implied)

    def schema(self) -> Json:
        return {"$ref": f"#/definitions/{self.kind.definition}"}


class BlueprintForm(Child):
    """A component that is kept as a Blueprint. What is wrong with it whatever the values will be is told at once."""

    def decode(self, node: Node, place: Place) -> Any:
        return place.blueprint(node, self.kind, self.implied)


@dataclass(frozen=True, slots=True)
class ExpressionText:
    """A text with expressions, as a Text or a Condition. A number or boolean counts as its text."""

    form: type[Text | Condition]
    words: str = "text"

    def accepts(self, node: Node) -> bool:
        return isinstance(node.value, str | int | float)

    def decode(self, node: Node, place: Place) -> Any:
        template = place.template(_text(node), node)
        return INVALID if template is None else self.form(template)

    def schema(self) -> Json:
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, slots=True)
class ExpressionMap:
    """A mapping of texts with expressions, or one text. With a `kind`, entries may be components of it."""

    kind: Kind[Any] | None = None
    implied: str = ""
    words: str = "a mapping of texts, or a text"

    def accepts(self, node: Node) -> bool:
        return isinstance(node.value, str | dict)

    def decode(self, node: Node, place: Place) -> Any:
        if isinstance(node.value, str):
            whole = place.template(node.value, node)
            return INVALID if whole is None else TextMap({}, whole)
        entries: dict[str, Template] = {}
        parts: dict[str, Any] = {}
        for key, child in node.value.items():
            if child.value is None:
                continue
            if self.kind is not None and isinstance(child.value, dict):
                parts[key] = place.child(child, self.kind, self.implied)
                continue
            if not isinstance(child.value, str | int | float):
                place.error(
                    "wrong-type", f"`{key}` of {place.where} takes text, not {describe(child.value)}", child
                )
                continue
            template = place.template(_text(child), child)
            if template is not None and place.template(key, child) is not None:
                entries[key] = template
        return INVALID if INVALID in parts.values() else TextMap(entries, None, parts)

    def schema(self) -> Json:
        text: Json = {"type": ["string", "number", "boolean", "null"]}
        if self.kind is not None:
            text = {"anyOf": [text, {"$ref": f"#/definitions/{self.kind.definition}"}]}
        return {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": text}]}


@dataclass(frozen=True, slots=True)
class ExpressionBody:
    """A JSON value whose texts are expressions."""

    words: str = "a mapping, a list or a text"

    def accepts(self, node: Node) -> bool:
        return isinstance(node.value, str | dict | list)

    def decode(self, node: Node, place: Place) -> Any:
        return Body(_compiled_body(node, place))

    def schema(self) -> Json:
        return {"type": ["object", "array", "string"]}


def _compiled_body(node: Node, place: Place) -> Any:
    value = node.value
    if isinstance(value, str):
        return place.template(value, node)
    if isinstance(value, list):
        return [_compiled_body(child, place) for child in value]
    if isinstance(value, dict):
        made = ((place.template(key, child), _compiled_body(child, place)) for key, child in value.items())
        return {key: child for key, child in made if key is not None}
    return value


def _text(node: Node) -> str:
    """A scalar as the manifest's author would read it: `true`, `100`, `1.5`."""
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return str(node.value)


def decode(value: Value, node: Node, place: Place) -> Any:
    """Decode by `value`, or file what is wrong and give INVALID."""
    if value.accepts(node):
        return value.decode(node, place)
    hint = (
        "put it in quotes" if isinstance(value, Scalar) and value.python is str and _is_scalar(node) else ""
    )
    place.error("wrong-type", f"{place.where} takes {value.words}, not {describe(node.value)}", node, hint)
    return INVALID


def _is_scalar(node: Node) -> bool:
    return isinstance(node.value, str | int | float)


_SCALARS: Mapping[Any, Value] = {
    str: Scalar(str, "text", "string"),
    int: Scalar(int, "a whole number", "integer"),
    float: Scalar(float, "a number", "number"),
    bool: Scalar(bool, "true or false", "boolean"),
    Any: Free(),
    object: Free(),
    Text: ExpressionText(Text),
    Condition: ExpressionText(Condition, "a condition"),
    TextMap: ExpressionMap(),
    Body: ExpressionBody(),
    Unread: _UnreadMapping(),
}


def read_annotation(hint: Any, spec: FieldSpec) -> Value:
    """The form that an annotation stands for; with a slot, its leaves are components of the slot's kind."""
    if hint is TextMap and spec.slot is not None:
        return ExpressionMap(spec.slot, spec.implied)
    if hint in _SCALARS and (spec.slot is None or hint not in (Any, object)):
        return _SCALARS[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return Choice(tuple(arguments))
    if origin in (list, tuple):
        return ListOf(read_annotation(arguments[0], spec))
    if origin in (dict, Mapping):
        return MapOf(read_annotation(arguments[1], spec))
    if origin in (typing.Union, types.UnionType):
        options = tuple(read_annotation(a, spec) for a in arguments if a is not type(None))
        return options[0] if len(options) == 1 else OneOf(options)
    if hint is Blueprint and spec.slot is not None:
        return BlueprintForm(spec.slot, spec.implied)
    if spec.slot is not None:
        return Child(spec.slot, spec.implied)
    raise TypeError(f"the annotation of `{spec.name}` has no form in a manifest")
