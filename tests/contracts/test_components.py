"""Every component of the registry, by what it declares: nobody has to remember to test a new one."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import jsonschema
import pytest

from penstock.registry import ComponentSpec, FieldSpec, all_components
from penstock.registry.reference import reference
from penstock.registry.schema import manifest_schema, policy_schema
from penstock.testing.contracts import decodes, example_of, problems
from penstock.testing.fakes import Fakes, component

COMPONENTS = list(all_components().values())
FIELDS = [
    pytest.param(spec, field, id=f"{spec.type_name}.{field.name}")
    for spec in COMPONENTS
    for field in spec.fields
]
DEFINITIONS = {**policy_schema()["definitions"], **manifest_schema()["definitions"]}

every_component = pytest.mark.parametrize("spec", COMPONENTS, ids=lambda spec: spec.type_name)
every_field = pytest.mark.parametrize(("spec", "field"), FIELDS)


def allowed_by_schema(manifest: Any, spec: ComponentSpec) -> bool:
    schema = {"$ref": f"#/definitions/{spec.type_name}", "definitions": DEFINITIONS}
    return bool(jsonschema.Draft7Validator(schema).is_valid(manifest))


@every_component
def test_the_example_decodes(spec: ComponentSpec) -> None:
    """The examples that a component shows make a manifest without a problem, for us and for an editor."""
    example = example_of(spec)

    assert decodes(example, spec.kind)
    assert allowed_by_schema(example, spec)


@every_field
def test_each_example_of_a_field_decodes(spec: ComponentSpec, field: FieldSpec) -> None:
    """What the reference shows can be copied."""
    for value in field.examples:
        example = example_of(spec, **{field.name: value})

        assert decodes(example, spec.kind), value
        assert allowed_by_schema(example, spec), value


@every_field
@pytest.mark.parametrize(
    "value",
    [17, True, "text", ["text"], {"key": "text"}, [["text"]]],
    ids=lambda value: type(value).__name__,
)
def test_schema_and_decoder_agree(spec: ComponentSpec, field: FieldSpec, value: Any) -> None:
    """What an editor marks is what we refuse: one declaration, read twice."""
    example = {**example_of(spec), field.name: value}

    if not allowed_by_schema(example, spec):
        assert not decodes(example, spec.kind)


@every_component
def test_an_unknown_field_is_found(spec: ComponentSpec) -> None:
    """A field that does not exist is never passed over in silence; where a custom class has it, that class tells."""
    misspelt = {**example_of(spec), "page_szie": 10}

    expected = [] if spec.takes_more else ["unknown-field"]
    assert [problem.rule for problem in problems(misspelt, spec.kind)] == expected


@every_field
def test_null_is_nothing(spec: ComponentSpec, field: FieldSpec) -> None:
    """`key: null`, or a key with nothing behind it, is as if the key were not there."""
    if not field.required:
        example = example_of(spec)
        if field.name not in example:
            assert decodes({**example, field.name: None}, spec.kind)


@every_component
def test_building_touches_nothing(spec: ComponentSpec) -> None:
    """`build` only binds: it sends nothing, waits for nothing, and leaves the config as it was."""
    config = {
        "database_url": "sqlite://",
        "start_date": "2024-01-01T00:00:00Z",
        "tokens": "a,b",
        "credentials": {"auth_type": "token", "refresh_token": "r"},
    }
    before = deepcopy(config)
    fakes = Fakes(config)
    made = component(json.dumps(example_of(spec)), spec.kind)

    if hasattr(made, "build"):
        made.build(fakes.resources())

    assert not fakes.sent
    assert not fakes.slept
    assert config == before


@every_component
def test_the_reference_tells_all(spec: ComponentSpec) -> None:
    """Each field has a row of the reference, in a sentence, and so has the component."""
    page = reference([spec.type_name])

    assert spec.help.strip().split("\n")[0].endswith((".", ":"))
    for field in spec.fields:
        assert f"| `{field.name}` |" in page
        assert field.doc[0].isupper() or field.doc[0] in "`'\""
