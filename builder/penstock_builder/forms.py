"""What a form shows of one field: its widget, choices, value, and where the value came from, by the registry alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from penstock.authoring import FieldSpec, Node, Span, all_components, plain
from penstock_builder.components import fitting_schema

Json = Any

Widget = Literal[
    "text", "template", "number", "integer", "switch", "choice", "component", "components", "mapping", "list",
    "schema", "json", "secret",
]  # fmt: skip
Origin = Literal["written", "$ref", "$parameters", "default"]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: a word or a component type, with what it is in one line."""

    value: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class FieldForm:
    """One field of a card.

    `pointer` is where writing goes. `value` is plain JSON, as written where it is; `link` is where a reference in it
    leads. `scope` are the names that templates here may read. `span` is where the value came from, None for a default.
    `takes` are the JSON types that may stand here, "component" among them.
    """

    name: str
    pointer: str
    doc: str
    help: str
    unit: str
    required: bool
    default: Json
    deprecated: str
    widget: Widget
    choices: tuple[Option, ...]
    scope: tuple[str, ...]
    examples: tuple[Json, ...]
    is_set: bool
    value: Json
    origin: Origin
    span: Span | None
    takes: frozenset[str]
    link: str = ""


def field_form(
    declared: FieldSpec, schema: Json, pointer: str, found: tuple[Node | None, Origin], link: str
) -> FieldForm:
    """The form of a declared field, from the node that holds its value and where that came from."""
    node, origin = found
    default = _plain_default(declared.default)
    value = default if node is None else plain(node)
    return FieldForm(
        name=declared.name,
        pointer=pointer,
        doc=declared.doc,
        help=declared.help,
        unit=declared.unit,
        required=declared.required,
        default=default,
        deprecated=declared.deprecated,
        widget=_widget(declared, schema, value, linked=bool(link)),
        choices=_choices(declared, fitting_schema(schema, value)),
        scope=tuple(sorted(declared.scope)),
        examples=declared.examples,
        is_set=node is not None,
        value=value,
        origin=origin,
        span=node.span if node is not None else None,
        takes=_takes(schema),
        link=link,
    )


def one_line(text: str) -> str:
    """The first line of a docstring."""
    return text.strip().partition("\n")[0]


def _plain_default(default: Json) -> Json:
    """A default as JSON: a component that is one is shown as none."""
    if isinstance(default, tuple):
        return [_plain_default(item) for item in default]
    return default if default is None or isinstance(default, str | int | float | list | dict) else None


def _widget(declared: FieldSpec, schema: Json, value: Json, *, linked: bool) -> Widget:
    if declared.secret:
        return "secret"
    options = schema.get("anyOf", [schema])
    chosen = fitting_schema(schema, value)
    if linked or value is None:
        mappings = [option for option in options if option.get("type") == "object"]
        chosen = next((option for option in options if _holds_component(option)), (mappings or options)[0])
    if "$ref" in chosen:
        return "component"
    if "enum" in chosen:
        return "choice"
    kind = chosen.get("type")
    if isinstance(kind, list):
        return "json" if "object" in kind else "template"
    if kind == "string":
        return "template" if declared.scope else "text"
    if kind == "array":
        return _list_widget(chosen["items"])
    if kind == "object" and declared.name.endswith(("schema", "_specification")):
        return "schema"
    if kind == "object" and chosen.get("additionalProperties"):
        return "components" if _takes_only_components(chosen["additionalProperties"]) else "mapping"
    plain_widgets: dict[Any, Widget] = {"integer": "integer", "number": "number", "boolean": "switch"}
    return plain_widgets.get(kind, "json")


def _list_widget(item: Json) -> Widget:
    if _takes_only_components(item):
        return "components"
    return "json" if item.get("type") in ("array", "object") or not item else "list"


def _takes_only_components(schema: Json) -> bool:
    return "$ref" in schema or any("$ref" in option for option in schema.get("anyOf", [])[:1])


def _holds_component(schema: Json) -> bool:
    return "$ref" in schema or "$ref" in schema.get("items", {})


def _choices(declared: FieldSpec, schema: Json) -> tuple[Option, ...]:
    named = schema.get("items", schema) if isinstance(schema, dict) else {}
    words = tuple(Option(str(word)) for word in named.get("enum", ()))
    return words if declared.slot is None else words + _components_of(declared.slot.name)


@lru_cache(maxsize=256)
def _components_of(kind: str) -> tuple[Option, ...]:
    """The components of a kind, each with its help in one line."""
    return tuple(
        Option(name, one_line(spec.help)) for name, spec in all_components().items() if spec.kind.name == kind
    )


def _takes(schema: Json) -> frozenset[str]:
    """The JSON types that a schema lets stand at a place."""
    found: set[str] = set()
    for option in schema.get("anyOf", [schema]):
        named = option.get("type", "string" if "enum" in option else ())
        found |= {"component"} if "$ref" in option else {named} if isinstance(named, str) else set(named)
    return frozenset(found)
