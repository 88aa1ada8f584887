from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import ConfigError
from penstock.protocol.spec import is_plainly_valid, validate_config

Json = Any


def schema(**properties: Json) -> dict[str, Json]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("config", "specification"),
    [
        pytest.param({}, {}, id="no specification"),
        pytest.param({"a": 1}, schema(), id="a field that the specification does not know"),
        pytest.param(
            {"a": "x"}, schema(a={"type": "string", "title": "A", "order": 1}), id="notes for forms"
        ),
        pytest.param({"a": None}, schema(a={"type": ["null", "string"]}), id="null where it may be"),
        pytest.param({"a": 1}, schema(a={"oneOf": [{"type": "string"}, {"type": "integer"}]}), id="a union"),
        pytest.param({"a": "x"}, schema(a={"type": "string", "pattern": "^x$"}), id="a pattern"),
        pytest.param({"a": 1.0}, schema(a={"type": "integer"}), id="a whole number with a point"),
        pytest.param(
            {"_limit": 5, "_page_size": 2},
            {"additionalProperties": False, "properties": {}},
            id="the platform's own fields",
        ),
    ],
)
def test_a_config_that_fits_passes(config: Json, specification: Json) -> None:
    """By JSON Schema, of whatever draft the specification names."""
    validate_config(config, specification)


@pytest.mark.parametrize(
    ("config", "specification", "problem"),
    [
        pytest.param({}, {"required": ["a", "b"]}, "the config lacks `a`", id="a missing field"),
        pytest.param(
            {"a": 7}, schema(a={"type": "string"}), "`a` should be string, not a number", id="a type"
        ),
        pytest.param(
            {"a": True}, schema(a={"type": "integer"}), "`a` should be integer, not a boolean", id="no number"
        ),
        pytest.param(
            {"a": {"b": [1, "x"]}},
            schema(a=schema(b={"items": {"type": "integer"}})),
            r"`a\.b\.1` should be integer, not text",
            id="a type inside a list",
        ),
        pytest.param(
            {"a": "s3cret"}, schema(a={"enum": ["x"]}), "`a` is not one of the allowed values", id="an enum"
        ),
        pytest.param(
            {"a": "s3cret"}, schema(a={"const": "x"}), "`a` is not one of the allowed values", id="a const"
        ),
        pytest.param(
            {"s3cret": 1},
            {**schema(), "additionalProperties": False},
            r"the config has 1 field\(s\) that the specification does not know",
            id="a field too many",
        ),
        pytest.param(
            {"a": "s3cret"},
            schema(a={"oneOf": [{"type": "integer"}, {"type": "null"}]}),
            "`a` fits none of its 2 forms",
            id="a union",
        ),
        pytest.param(
            {"a": "s3cret"},
            schema(a={"pattern": "^x$"}),
            r"`a` does not match the pattern \^x\$",
            id="a pattern",
        ),
        pytest.param(
            {"a": "s3cret"},
            schema(a={"pattern": "^[0-9]{4}$", "pattern_descriptor": "YYYY"}),
            r"`a` does not match the pattern .* \(YYYY\)",
            id="a pattern that is described",
        ),
        pytest.param({"a": "s3cret"}, schema(a={"maxLength": 3}), "`a` fails `maxLength: 3`", id="a bound"),
        pytest.param(
            {"a": ["s3cret", "s3cret"]},
            schema(a={"uniqueItems": True}),
            "`a` fails `uniqueItems`",
            id="any other rule",
        ),
        pytest.param(
            {"a": "s3cret", "b": 1},
            schema(a={"type": "integer"}, b={"type": "string"}),
            "`a` should be .*; `b` should be ",
            id="all problems at once",
        ),
    ],
)
def test_a_config_that_does_not_fit_is_refused(config: Json, specification: Json, problem: str) -> None:
    """Every field that is wrong is named; no value is, for it may be a secret in the wrong place."""
    with pytest.raises(ConfigError, match=problem) as refusal:
        validate_config(config, specification)

    assert "s3cret" not in str(refusal.value)


def test_each_missing_field_is_told_once() -> None:
    """One sentence for each."""
    with pytest.raises(ConfigError) as refusal:
        validate_config({}, {"required": ["a", "b"]})

    assert refusal.value.message == "the config does not fit the specification: the config lacks `a`, `b`"


def test_a_specification_that_is_no_schema_is_told_with_its_place() -> None:
    """It is the manifest's fault, and not the user's."""
    with pytest.raises(
        ConfigError, match="the specification in the manifest is not a JSON Schema, at `properties/a/type`"
    ):
        validate_config({"a": 1}, schema(a={"type": "text"}))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.just(1.0) | st.sampled_from(["", "x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)
types = st.sampled_from(["object", "string", "boolean", "integer", "number", "array", "null"])
schemas = st.recursive(
    st.fixed_dictionaries(
        {}, optional={"type": types | st.lists(types, min_size=1, unique=True), "enum": st.just(["x", 1])}
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": types,
            "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
            "required": st.lists(st.sampled_from("ab"), unique=True),
            "additionalProperties": st.booleans(),
            "minimum": st.just(1),
        },
    ),
    max_leaves=4,
)


@given(json_values, schemas)
def test_the_short_way_agrees_with_jsonschema(value: Json, specification: Json) -> None:
    """What it lets pass is valid; what it does not is left to jsonschema."""
    if is_plainly_valid(value, specification):
        jsonschema.validate(value, specification)
