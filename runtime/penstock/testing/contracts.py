"""What every component promises, whoever wrote it. Run over the whole registry, a new component is tested at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from penstock.diagnostics import Diagnostic
from penstock.registry import ComponentSpec, FieldSpec, Kind, all_components, find_component
from penstock.registry.decode import field_values
from penstock.testing.fakes import decoded

Json = Any


def example_of(spec: ComponentSpec, **given: Json) -> dict[str, Json]:
    """The smallest manifest of a component, with the fields `given`: what it requires, from its own examples.

    Where the component still finds a problem, the field that the problem names is added too, or its next example taken.
    """
    made = {"type": spec.type_name, **given}
    for field in spec.fields:
        if field.required:
            made.setdefault(field.name, example_value(spec, field))
    while missing := [field for field in _fields_named_in_problems(made, spec) if field.name not in made]:
        made[missing[0].name] = example_value(spec, missing[0])
    for field in _fields_named_in_problems(made, spec):
        others = [] if field.name in given else [{**made, field.name: value} for value in field.examples]
        made = next((other for other in others if decodes(other, spec.kind)), made)
    return made


def example_value(spec: ComponentSpec, field: FieldSpec) -> Json:
    """A value of a field: its first example, or an example of a component that goes there."""
    if field.examples:
        return field.examples[0]
    assert field.slot is not None, f"{spec.type_name}.{field.name} is required and has no example"
    child = example_of(_component_for(field))
    takes_list = field_values(spec)[field.name].schema().get("type") == "array"
    return [child] if takes_list else child


def problems(manifest: Mapping[str, Json], kind: Kind[Any]) -> tuple[Diagnostic, ...]:
    """The problems of a component's manifest, warnings among them."""
    return decoded(json.dumps(manifest), kind)[1]


def decodes(manifest: Mapping[str, Json], kind: Kind[Any]) -> bool:
    """Tell whether a component's manifest has no error."""
    return not any(problem.severity == "error" for problem in problems(manifest, kind))


def _component_for(field: FieldSpec) -> ComponentSpec:
    assert field.slot is not None
    implied = find_component(field.implied)
    of_kind = [spec for spec in all_components().values() if spec.kind == field.slot]
    return implied or min(of_kind, key=lambda spec: sum(f.required for f in spec.fields))


def _fields_named_in_problems(manifest: Mapping[str, Json], spec: ComponentSpec) -> list[FieldSpec]:
    words = " ".join(problem.message for problem in problems(manifest, spec.kind))
    return [field for field in spec.fields if f"`{field.name}`" in words]
