from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import ConfigError
from penstock.masking.automaton import MaskRule
from penstock.masking.batch import RawBatch
from penstock.masking.field_paths import FieldPath, parse_field_path, rank
from penstock.masking.masker import Masker
from penstock.masking.techniques import DROPPED, Technique, drop, nullify, redact

Json = Any
TECHNIQUES: Mapping[str, Technique] = {
    "x": redact("x"),
    "y": redact("y"),
    "z": redact("z"),
    "null": nullify(),
    "drop": drop(),
}


def masker(rules: Mapping[str, str]) -> Masker:
    """A masker for rules of the form `{path: technique}`."""
    return Masker([MaskRule((parse_field_path(p),), TECHNIQUES[t], f"{t} for {p}") for p, t in rules.items()])


def masked(rules: Mapping[str, str], record: dict[str, Json]) -> Json:
    (result,) = masker(rules)(RawBatch("people", [record])).records
    return result


@pytest.mark.parametrize(
    ("path", "record", "result"),
    [
        pytest.param("a", {"a": 1, "b": 1}, {"a": "x", "b": 1}, id="a field, and no other"),
        pytest.param("a", {"b": 1}, {"b": 1}, id="a missing field stays missing"),
        pytest.param("a", {"a": None}, {"a": None}, id="null stays null"),
        pytest.param("a", {"a": ""}, {"a": ""}, id="empty text stays empty"),
        pytest.param("a", {"a": 0}, {"a": "x"}, id="zero is a value"),
        pytest.param("a", {"a": False}, {"a": "x"}, id="false is a value"),
        pytest.param(
            "a", {"a": {"b": 1, "c": [2, None]}}, {"a": {"b": "x", "c": ["x", None]}}, id="an object"
        ),
        pytest.param("a", {"a": [1, [2], {"b": 3}]}, {"a": ["x", ["x"], {"b": "x"}]}, id="a list"),
        pytest.param("a", {"a": [], "b": {}}, {"a": [], "b": {}}, id="empty containers"),
        pytest.param("a.b", {"a": {"b": 1, "c": 1}}, {"a": {"b": "x", "c": 1}}, id="a field of an object"),
        pytest.param("a.b", {"a": 1}, {"a": 1}, id="no object where a path goes on"),
        pytest.param("a.b", {"a": [{"b": 1}, 2]}, {"a": [{"b": "x"}, 2]}, id="a name waits for the elements"),
        pytest.param("a.b", {"a": [[{"b": 1}]]}, {"a": [[{"b": "x"}]]}, id="a name waits in lists of lists"),
        pytest.param("a[*].b", {"a": [{"b": 1, "c": 1}]}, {"a": [{"b": "x", "c": 1}]}, id="each element"),
        pytest.param("a[*].b", {"a": {"b": 1}}, {"a": {"b": "x"}}, id="a lone element that comes bare"),
        pytest.param("a[*]", {"a": 1}, {"a": "x"}, id="a lone value that comes bare"),
        pytest.param("a[*][*]", {"a": [[1]]}, {"a": [["x"]]}, id="each element of each element"),
        pytest.param("*", {"a": 1, "b": {"c": 2}}, {"a": "x", "b": {"c": "x"}}, id="every key of a level"),
        pytest.param("*.b", {"a": {"b": 1}, "b": 2}, {"a": {"b": "x"}, "b": 2}, id="one level, not two"),
        pytest.param(
            "**.b", {"b": 1, "a": [{"c": {"b": 2}}]}, {"b": "x", "a": [{"c": {"b": "x"}}]}, id="depths"
        ),
        pytest.param("a.**.b", {"b": 1, "a": {"b": {"b": 2}}}, {"b": 1, "a": {"b": {"b": "x"}}}, id="below"),
        pytest.param(r"a\.b", {"a.b": 1, "a": {"b": 1}}, {"a.b": "x", "a": {"b": 1}}, id="a dot in a name"),
        pytest.param("$.a[*].b", {"a": [{"b": 1}]}, {"a": [{"b": "x"}]}, id="JSONPath"),
        pytest.param(
            "$..b", {"a": [{"b": 1}], "b": 2}, {"a": [{"b": "x"}], "b": "x"}, id="JSONPath at depth"
        ),
    ],
)
def test_a_path_finds_its_values(path: str, record: dict[str, Json], result: Json) -> None:
    """A mask of a container masks all that it holds, and a list today is a lone value tomorrow."""
    assert masked({path: "x"}, record) == result


@pytest.mark.parametrize(
    ("rules", "record", "result"),
    [
        pytest.param({"a": "drop"}, {"a": {"b": 1}, "c": 1}, {"c": 1}, id="a field goes, with all it holds"),
        pytest.param({"a": "drop"}, {"a": None}, {}, id="null goes too"),
        pytest.param({"a[*]": "drop"}, {"a": [1, 2]}, {"a": []}, id="the elements go, the list stays"),
        pytest.param({"a.b": "drop"}, {"a": [{"b": 1, "c": 2}]}, {"a": [{"c": 2}]}, id="inside a list"),
        pytest.param({"a": "null"}, {"a": [1, 2]}, {"a": None}, id="a container becomes one null"),
        pytest.param({"a": "null"}, {"a": ""}, {"a": None}, id="empty text becomes null"),
        pytest.param(
            {"a": "null", "a.b": "x"}, {"a": {"b": 1}}, {"a": None}, id="what is gone is not masked again"
        ),
    ],
)
def test_dropping_and_nulling_take_a_value_whole(
    rules: Mapping[str, str], record: dict[str, Json], result: Json
) -> None:
    """They do not look at what they take: null, empty text and containers go the same way."""
    assert masked(rules, record) == result


@pytest.mark.parametrize(
    ("rules", "result"),
    [
        pytest.param({"a": "x", "a.b": "y"}, {"b": "y", "c": ["x"]}, id="a field before its container"),
        pytest.param({"**.b": "x", "a.b": "y"}, {"b": "y", "c": [1]}, id="a name before any depth"),
        pytest.param({"*.b": "x", "**.b": "y"}, {"b": "x", "c": [1]}, id="one level before any depth"),
        pytest.param({"a.*": "x", "a.b": "y"}, {"b": "y", "c": ["x"]}, id="a name before any key"),
        pytest.param({"a.c": "x", "a.c[*]": "y"}, {"b": 1, "c": ["y"]}, id="the elements before the list"),
    ],
)
def test_the_more_specific_rule_wins(rules: Mapping[str, str], result: Json) -> None:
    """In whatever order the rules were given."""
    for ordered in (rules, dict(reversed(list(rules.items())))):
        assert masked(ordered, {"a": {"b": 1, "c": [1]}}) == {"a": result}


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param({"a.*": "x", "*.a": "y"}, id="a name and any key, crossed"),
        pytest.param({"**.a": "x", "$..a": "y"}, id="one path written twice"),
        pytest.param({"a[*].b": "x", "a.*.b": "y", "a.b[*]": "z"}, id="a lone element that comes bare"),
    ],
)
def test_two_rules_of_one_rank_are_an_error(rules: Mapping[str, str]) -> None:
    """Nobody could tell which one counts; the error names both, before any record is read."""
    with pytest.raises(ConfigError, match=r"two masks claim one field with equal right: x for .+; [yz] for "):
        masker(rules)


def test_one_rule_may_name_a_field_twice() -> None:
    """Paths of one mask cannot contradict each other."""
    rule = MaskRule((parse_field_path("**.a"), parse_field_path("$..a")), redact("x"), "twice")

    assert Masker([rule])(RawBatch("people", [{"a": 1}])).records == [{"a": "x"}]


def test_without_rules_records_pass_as_they_are() -> None:
    """Nothing is copied where nothing is masked."""
    records = [{"a": 1}]

    assert Masker([])(RawBatch("people", records)).records is records
    assert Masker([]).schema({"type": "object"}) == {"type": "object"}


@pytest.mark.parametrize(
    ("rules", "schema", "masked_schema"),
    [
        pytest.param(
            {"a": "x"},
            {"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
            {"properties": {"a": {"type": "string", "x-masked": {"by": "Redact"}}, "b": {"type": "integer"}}},
            id="a masked field has the type of its mask and says so",
        ),
        pytest.param(
            {"a": "drop"},
            {"properties": {"a": {"type": "integer"}, "b": {}}, "required": ["a", "b"]},
            {"properties": {"b": {}}, "required": ["b"]},
            id="a dropped field is gone",
        ),
        pytest.param(
            {"a.b": "drop"},
            {"properties": {"a": {"type": "array", "items": {"properties": {"b": {}, "c": {}}}}}},
            {"properties": {"a": {"type": "array", "items": {"properties": {"c": {}}}}}},
            id="inside the items of a list",
        ),
        pytest.param(
            {"a": "null"},
            {"properties": {"a": {"oneOf": [{"type": "string"}, {"type": "integer"}]}}},
            {
                "properties": {
                    "a": {
                        "anyOf": [
                            {"type": ["string", "null"], "x-masked": {"by": "Nullify"}},
                            {"type": ["integer", "null"], "x-masked": {"by": "Nullify"}},
                        ],
                        "x-masked": {"by": "Nullify"},
                    }
                }
            },
            id="each branch of a union, of which several may fit now",
        ),
        pytest.param(
            {"a": "x"},
            {"additionalProperties": {"type": "integer"}},
            {
                "additionalProperties": {"type": "integer"},
                "properties": {"a": {"type": "string", "x-masked": {"by": "Redact"}}},
            },
            id="a field that only the rule names",
        ),
        pytest.param({"a": "x"}, True, True, id="a schema that is no object"),
    ],
)
def test_the_schema_is_that_of_the_masked_records(
    rules: Mapping[str, str], schema: Json, masked_schema: Json
) -> None:
    """Types follow the masks, dropped fields are gone, and what is masked says by what."""
    assert masker(rules).schema(schema) == masked_schema


# Laws: the automaton does what the rules of the language say of each value, one by one.

names = st.sampled_from("abc")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(1, 9) | st.sampled_from(["", "ada"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)
records = st.dictionaries(names, json_values, max_size=3)
paths = st.sampled_from(
    [
        "a",
        "b",
        "a.b",
        "a.a",
        "a[*]",
        "b[*].c",
        "*",
        "*.b",
        "a.*",
        "*.*",
        "**.c",
        "**.*",
        "a.**.b",
        "a[*][*]",
        "*[*]",
    ]
)
rule_sets = st.dictionaries(paths, st.sampled_from(sorted(TECHNIQUES)), min_size=1, max_size=4)


def matches(path: FieldPath, trail: tuple[str | None, ...], *, is_list: bool) -> bool:
    """Whether a path ends at a value, reached by keys and, as None, by elements of lists."""
    if not path:
        return not trail
    head, *rest = path
    if head.kind == "deep" and matches(tuple(rest), trail, is_list=is_list):
        return True
    skips_bare = head.kind == "each" and (trail[:1] != (None,) if trail else not is_list)
    if skips_bare and matches(tuple(rest), trail, is_list=is_list):
        return True
    if not trail:
        return False
    step, trail = trail[0], trail[1:]
    if head.kind == "deep" or (step is None and head.kind != "each"):
        waits = matches(path, trail, is_list=is_list)
        if waits:
            return True
    takes = (
        head.kind == "key"
        or (head.kind == "each" and step is None)
        or (head.kind == "name" and step == head.name)
    )
    return takes and matches(tuple(rest), trail, is_list=is_list)


def masked_by_definition(
    rules: Mapping[str, str], value: Json, trail: tuple[str | None, ...] = (), above: str = ""
) -> Json:
    """What the rules say, value by value: the most specific path that ends here, else what masks the container."""
    is_list = isinstance(value, list)
    ending = [p for p in rules if matches(parse_field_path(p), trail, is_list=is_list)]
    best = max(ending, key=lambda path: rank(parse_field_path(path)), default=None)
    name = rules[best] if best else above
    if name == "drop":
        return DROPPED
    if name == "null":
        return None
    if isinstance(value, list):
        items = [masked_by_definition(rules, item, (*trail, None), name) for item in value]
        return [item for item in items if item is not DROPPED]
    if isinstance(value, dict):
        fields = {k: masked_by_definition(rules, v, (*trail, k), name) for k, v in value.items()}
        return {key: field for key, field in fields.items() if field is not DROPPED}
    return name if name and value not in (None, "") else value


@given(rule_sets, records)
def test_the_automaton_masks_what_the_rules_say(rules: Mapping[str, str], record: dict[str, Json]) -> None:
    """One pass over the record and one look at each value with all rules come to the same."""
    try:
        automaton = masker(rules)
    except ConfigError:
        return
    before = copy.deepcopy(record)

    assert automaton(RawBatch("people", [record])).records == [masked_by_definition(rules, record)]
    assert record == before


def schema_of(value: Json, style: str) -> dict[str, Json]:
    """A schema that fits a value, in one of the ways in which such schemas are written."""
    kinds = {"NoneType": "null", "bool": "boolean", "int": "integer", "str": "string"}
    schema: dict[str, Json]
    if isinstance(value, list):
        schema = {"type": "array", "items": {"anyOf": [schema_of(item, style) for item in value] or [{}]}}
    elif not isinstance(value, dict):
        schema = {"type": kinds[type(value).__name__]}
    elif style == "any fields":
        different = {str(made): made for made in (schema_of(field, style) for field in value.values())}
        schema = {"type": "object", "additionalProperties": {"anyOf": list(different.values()) or [{}]}}
    else:
        fields = {key: schema_of(field, style) for key, field in value.items()}
        schema = {"type": "object", "properties": fields, "required": sorted(fields)}
    if style == "no types" and isinstance(value, dict | list):
        del schema["type"]
    if style == "null or":
        return {"oneOf": [{"type": "null"}, schema]} if value is not None else schema
    return schema


@given(rule_sets, records, st.sampled_from(["named fields", "any fields", "no types", "null or"]))
def test_masked_records_fit_the_masked_schema(
    rules: Mapping[str, str], record: dict[str, Json], style: str
) -> None:
    """Whoever builds tables from the catalog can hold what comes."""
    try:
        automaton = masker(rules)
    except ConfigError:
        return
    schema = schema_of(record, style)
    jsonschema.validate(record, schema)

    jsonschema.validate(automaton(RawBatch("people", [record])).records[0], automaton.schema(schema))
