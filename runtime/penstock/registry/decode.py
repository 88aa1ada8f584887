"""Nodes to components: one generic decoder, driven by the registry. Collects every problem, throws none."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from penstock.diagnostics import Diagnostics, Span
from penstock.errors import ManifestError
from penstock.expressions.compile import Template, known_functions, syntax_problem
from penstock.hints import did_you_mean, listed
from penstock.manifest.node import Node, plain
from penstock.manifest.parameters import PARAMETERS, hand_down_parameters
from penstock.masking.shape import describe
from penstock.registry.blueprint import Blueprint
from penstock.registry.component import ComponentSpec, all_components, find_component, note_place
from penstock.registry.given import FindClass, Given
from penstock.registry.kinds import Kind
from penstock.registry.values import INVALID, Value, decode, read_annotation

Json = Any

ALWAYS_IN_SCOPE = frozenset({"config", "parameters"})


class Grammar:
    """What the manifest passes must know of components, answered by the registry."""

    def implied_type(self, parent: str, field: str, *, custom: bool) -> str:
        """The type of a mapping without one, by its place; the root is a DeclarativeSource."""
        if not parent:
            return "DeclarativeSource"
        spec = find_component(parent)
        declared = spec.field(field) if spec else None
        if declared is None:
            return ""
        return declared.slot.custom if custom and declared.slot else declared.implied

    def has_field(self, component: str, field: str) -> bool:
        """Tell whether a component declares this field."""
        spec = find_component(component)
        return spec is not None and spec.field(field) is not None


@lru_cache(maxsize=1024)
def field_values(spec: ComponentSpec) -> Mapping[str, Value]:
    """What each field of a component takes, by name."""
    hints = typing.get_type_hints(spec.cls)
    return {f.name: read_annotation(hints[f.attribute], f) for f in spec.fields}


class Decoder:
    """Decodes one manifest. A node that references share gives one component, decoded once for each kind.

    Without `find_class` a component that runs Python of the connector's own is refused.
    """

    def __init__(self, found: Diagnostics, find_class: FindClass | None = None) -> None:
        self.found = found
        self._find_class = find_class
        self._done: dict[tuple[int, str, str], Any] = {}
        self._parameters: dict[int, Mapping[str, Json]] = {}
        self._alive: list[object] = []

    def component(
        self, node: Node, kind: Kind[Any], implied: str = "", where: str = "", via: tuple[Span, ...] = ()
    ) -> Any:
        """Decode the component at `node`, or file what is wrong and give INVALID."""
        key = (id(node.value), kind.name, implied)
        if key not in self._done:
            self._alive.append(node.value)
            self._done[key] = self._decode(node, kind, implied, where, (*node.via, *via)[:3])
        return self._done[key]

    def _decode(self, node: Node, kind: Kind[Any], implied: str, where: str, via: tuple[Span, ...]) -> Any:
        spec = self._spec(node, kind, implied, where, via)
        if spec is None:
            return INVALID
        place = _Place(self, spec.type_name, self._parameters_of(node), via)
        values: dict[str, Any] = {}
        failed = False
        if not spec.takes_more:
            self._find_unknown(node, spec, place)
        elif self._find_class is None:
            failed = True
            place.error(
                "custom-code",
                f"{spec.type_name} runs Python of the connector's own, which is off",
                node.value.get("class_name", node),
                "read that code, for it can do all that you can; then allow it with --allow-custom-code",
            )
        else:
            values["given"] = self._given(node, spec, self._find_class)
        forms = field_values(spec)
        for declared in spec.fields:
            child = node.value.get(declared.name)
            if child is None or child.value is None:
                if declared.required:
                    failed = True
                    message = f"{spec.type_name} needs `{declared.name}`: {declared.doc[0].lower()}{declared.doc[1:]}"
                    place.error("missing-field", message, node)
                continue
            place.enter(declared.name, declared.scope)
            value = decode(forms[declared.name], child, place)
            if value is INVALID:
                failed = True
            else:
                values[declared.attribute] = value
        if failed:
            return INVALID
        made = spec.cls(**values)
        note_place(made, node.span)
        for field_name, message in getattr(made, "problems", tuple)():
            failed = True
            place.error("invalid-setting", message, node.value.get(field_name, node))
        return INVALID if failed else made

    def _spec(
        self, node: Node, kind: Kind[Any], implied: str, where: str, via: tuple[Span, ...]
    ) -> ComponentSpec | None:
        written = node.value.get("type")
        if written is None and "class_name" in node.value:
            implied = kind.custom
        if written is None and not implied:
            self.found.error(
                "missing-type", f"{where} needs a `type`", node.span, hint=_one_of(kind), via=via
            )
            return None
        name = written.value if written is not None else implied
        at = written if written is not None else node
        if not isinstance(name, str):
            self.found.error("wrong-type", f"`type` takes text, not {describe(name)}", at.span, via=via)
            return None
        spec = find_component(name)
        if spec is None or spec.kind != kind:
            problem = "is not a component of this version" if spec is None else "does not go here"
            rule = "unknown-component" if spec is None else "misplaced-component"
            hint = did_you_mean(name, _names_of(kind)) or _one_of(kind)
            self.found.error(
                rule, f"`{name}` {problem} ({where or 'the manifest'})", at.span, hint=hint, via=via
            )
            return None
        return spec

    def _find_unknown(self, node: Node, spec: ComponentSpec, place: _Place) -> None:
        known = {f.name for f in spec.fields} | {"type", PARAMETERS}
        for key, child in node.value.items():
            if key in known or key in node.given:
                continue
            missing = _missing_component(child)
            if missing:
                message = f"`{missing}` is not a component of this version ({spec.type_name}.{key})"
                place.error("unknown-component", message, child)
                continue
            hint = (
                did_you_mean(key, known - {PARAMETERS})
                or f"its fields are {listed(sorted(known - {PARAMETERS}))}"
            )
            report = place.warning if spec.type_name != "DeclarativeSource" else place.error
            report("unknown-field", f"{spec.type_name} has no field `{key}`", child, hint)

    def _given(self, node: Node, spec: ComponentSpec, find_class: FindClass) -> Given:
        """What a component takes beyond what it declares. Its class may mean it otherwise: problems are kept aside."""
        aside = Diagnostics()
        reader = Decoder(aside, find_class)
        parameters = self._parameters_of(node)
        declared = {f.name for f in spec.fields} | {"type", PARAMETERS}
        more = {key: child for key, child in node.value.items() if key not in declared}
        name = node.get("class_name")
        return Given(
            class_name=str(name.value) if name else "",
            span=(name or node).span,
            fields={key: reader.any_value(child, key, parameters) for key, child in more.items()},
            handed_down=node.given,
            problems=aside.errors,
            definition=plain(node),
            find=find_class,
        )

    def any_value(self, node: Node, where: str, parameters: Mapping[str, Json]) -> Any:
        """A value of which nothing is declared: texts become templates, mappings with a `type` components."""
        value = node.value
        if isinstance(value, str):
            problem = syntax_problem(value) if "{" in value else None
            if problem is None:
                return Template(value, node.span, parameters)
            self.found.error("expression-syntax", f"the expression does not parse: {problem}", node.span)
            return INVALID
        if isinstance(value, list):
            return [self.any_value(child, where, parameters) for child in value]
        if not isinstance(value, dict):
            return value
        written = node.get("type")
        spec = find_component(written.value) if written and isinstance(written.value, str) else None
        if spec is not None:
            return self.component(node, spec.kind, where=where)
        return {key: self.any_value(child, where, parameters) for key, child in value.items()}

    def blueprint(
        self, node: Node, kind: Kind[Any], implied: str, place: tuple[str, str], via: tuple[Span, ...]
    ) -> Any:
        """Keep the node of a component; what is wrong with it whatever its values will be is told at once."""
        trial = Diagnostics()
        Decoder(trial, self._find_class).component(node, kind, implied, ".".join(place), via)
        lasting = [problem for problem in trial.all if problem.rule != "invalid-setting"]
        for problem in lasting:
            self.found.add(problem)
        if any(problem.severity == "error" for problem in lasting):
            return INVALID
        return Blueprint(node, kind, place, self._find_class)

    def _parameters_of(self, node: Node) -> Mapping[str, Json]:
        parameters = node.value.get(PARAMETERS)
        if parameters is None or not isinstance(parameters.value, dict):
            return {}
        key = id(parameters.value)
        if key not in self._parameters:
            self._alive.append(parameters.value)
            self._parameters[key] = plain(parameters)
        return self._parameters[key]


class _Place:
    """Where the decoder is: implements `values.Place`."""

    def __init__(
        self, decoder: Decoder, component: str, parameters: Mapping[str, Json], via: tuple[Span, ...]
    ) -> None:
        self._decoder = decoder
        self._component = component
        self._parameters = parameters
        self._via = via
        self._scope: frozenset[str] = frozenset()
        self.where = component

    def enter(self, field: str, scope: frozenset[str]) -> None:
        self.where = f"{self._component}.{field}"
        self._scope = scope

    def error(self, rule: str, message: str, at: Node, hint: str = "") -> None:
        self._decoder.found.error(rule, message, _span(rule, at), hint=hint, via=self._via)

    def warning(self, rule: str, message: str, at: Node, hint: str = "") -> None:
        self._decoder.found.warning(rule, message, _span(rule, at), hint=hint, via=self._via)

    def template(self, text: str, at: Node) -> Template | None:
        problem = syntax_problem(text) if "{" in text else None
        if problem is not None:
            self.error("expression-syntax", f"the expression does not parse: {problem}", at)
            return None
        template = Template(text, at.span, self._parameters)
        allowed = self._scope | ALWAYS_IN_SCOPE
        for name in sorted(template.reads - allowed):
            hint = (
                did_you_mean(name, allowed | known_functions()) or f"known here are {listed(sorted(allowed))}"
            )
            self.warning("unknown-name", f"there is no `{name}` in {self.where}", at, hint)
        return template

    def child(self, node: Node, kind: Kind[Any], implied: str) -> Any:
        where, scope = self.where, self._scope
        made = self._decoder.component(node, kind, implied, where, self._via)
        self.where, self._scope = where, scope
        return made

    def blueprint(self, node: Node, kind: Kind[Any], implied: str) -> Any:
        place = (self._component, self.where.removeprefix(f"{self._component}."))
        return self._decoder.blueprint(node, kind, implied, place, self._via)


class BlueprintDecoder:
    """Decodes what becomes of a blueprint; the parts that several of its components share are decoded once."""

    def __init__(self, blueprint: Blueprint, *, parents_win: bool) -> None:
        self._kind = blueprint.kind
        self._place = blueprint.place
        self._parents_win = parents_win
        self._found = Diagnostics()
        self._decoder = Decoder(self._found, blueprint.find_class)

    def component(self, node: Node) -> Any:
        """The component that `node`, the blueprint with its values, describes. Raises ManifestError.

        With `parents_win`, `$parameters` of an outer component count before those of an inner one.
        """
        grammar = Grammar()
        node = hand_down_parameters(node, grammar, self._found, self._place, parents_win=self._parents_win)
        implied = grammar.implied_type(*self._place, custom=False)
        made = self._decoder.component(node, self._kind, implied, ".".join(self._place))
        if self._found.errors:
            raise ManifestError(self._found.errors)
        return made


def _span(rule: str, at: Node) -> Span:
    return at.key_span if rule == "unknown-field" else at.span


def _missing_component(node: Node) -> str:
    """The component of the language, unknown to this version, that an unknown field holds; a mere note holds none."""
    for child in node.value if isinstance(node.value, list) else [node]:
        written = child.get("type")
        if written is not None and isinstance(written.value, str) and written.value[:1].isupper():
            return "" if find_component(written.value) else written.value
    return ""


def _names_of(kind: Kind[Any]) -> list[str]:
    return [name for name, spec in all_components().items() if spec.kind == kind]


def _one_of(kind: Kind[Any]) -> str:
    return f"one of {listed(_names_of(kind))}"
