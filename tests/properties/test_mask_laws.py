"""What every mask promises, whatever its settings and the value. A new mask is held to it by its examples alone."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.components.masks import MASK
from penstock.masking.automaton import MaskRule
from penstock.masking.batch import RawBatch
from penstock.masking.field_paths import parse_field_path
from penstock.masking.keys import Key
from penstock.masking.masker import Masker, Refusal
from penstock.masking.techniques import DROPPED, Technique, UnmaskableError
from penstock.registry import ComponentSpec, all_components
from penstock.testing.contracts import decodes, example_of
from penstock.testing.fakes import Fakes, component

Json = Any
MASKS = [spec for spec in all_components().values() if spec.kind is MASK]
KEYED = [spec for spec in MASKS if spec.field("key") is not None]

MORE_SETTINGS: dict[str, list[dict[str, Json]]] = {
    "FormatPreserving": [{"alphabet": "letters"}, {"alphabet": "alphanumeric"}, {"keep_first": 2, "keep_last": 2}],
    "Partial": [{"form": "Email", "keep_first": 1}],
    "Truncate": [{"to": "hour"}, {"step": 2.5}],
}  # fmt: skip
"""Settings that are worth a look, beside those that the examples of each field show."""


def settings_of(spec: ComponentSpec) -> list[dict[str, Json]]:
    """The component's own example, and one for each example of each field."""
    shown = [{field.name: value} for field in spec.fields for value in field.examples]
    tried = [example_of(spec, **given_) for given_ in [{}, *shown, *MORE_SETTINGS.get(spec.type_name, [])]]
    different = {json.dumps(settings, sort_keys=True): settings for settings in tried}
    return [settings for settings in different.values() if decodes(settings, MASK)]


def named(settings: dict[str, Json]) -> str:
    return ", ".join(str(value) for key, value in settings.items() if key not in {"domain", "key"})


EVERY = [settings for spec in MASKS for settings in settings_of(spec)]
EVERY_KEYED = [settings for spec in KEYED for settings in settings_of(spec)]
every_mask = pytest.mark.parametrize("settings", EVERY, ids=named)
every_keyed_mask = pytest.mark.parametrize("settings", EVERY_KEYED, ids=named)

KEY = b"a key of thirty-two bytes, no less"


def made(settings: dict[str, Json], key: bytes = KEY, **changed: Json) -> Technique:
    """The mask of these settings, built anew."""
    using = Fakes().resources().with_key(lambda reference: Key(key))
    mask: Technique = component(json.dumps({**settings, **changed}), MASK).build(using)
    return mask


known = cache(lambda text: made(json.loads(text)))
"""The same, built once."""


def technique_of(settings: dict[str, Json]) -> Technique:
    return known(json.dumps(settings))


def subject_of(settings: dict[str, Json]) -> dict[str, Json]:
    """What else a record needs."""
    return {settings["subject"]: 7} if "subject" in settings else {}


def masked(mask: Technique, value: Json, beside: dict[str, Json]) -> Json:
    """What becomes of a field that holds the value: `MISSING` where it goes, `REFUSED` where its record does."""
    refused: list[Refusal] = []
    rule = MaskRule((parse_field_path("field"),), mask, "test")
    batch = RawBatch("test", [{**beside, "field": value}])
    records = Masker([rule], refused=lambda record, refusal: refused.append(refusal))(batch).records
    return REFUSED if refused else records[0].get("field", MISSING)


MISSING, REFUSED = "missing: 7c1f", "refused: 7c1f"

days = st.dates(dt.date(2, 1, 1), dt.date(9998, 12, 31)).map(str)
moments = st.tuples(days, st.times()).map(lambda at: f"{at[0]}T{at[1]}Z")
texts = st.one_of(
    st.text(min_size=1, max_size=30),
    st.emails(),
    st.ip_addresses().map(str),
    days,
    moments,
    st.from_regex(r"[0-9]{4}([ -]?[0-9]{4}){1,4}", fullmatch=True),
    st.from_regex(r"[A-Za-z]{3,9} [A-Za-z]{3,9}", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,6}(\.[0-9]{1,3})?", fullmatch=True),
)
numbers = st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
leaves = texts | numbers | st.booleans()


def schema_of(value: Json) -> dict[str, Json]:
    """The tightest schema that an API would declare for a field of such values."""
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    schema = {"type": kinds[type(value)], "title": "a field"}
    if schema["type"] == "string" and len(value) == 10 and value[4:5] == value[7:8] == "-":
        return {**schema, "format": "date"}
    return {**schema, "enum": [value]}


@pytest.mark.parametrize("spec", MASKS, ids=lambda spec: spec.type_name)
def test_the_laws_are_tried_on_values_that_each_mask_takes(spec: ComponentSpec) -> None:
    """A mask that refuses every value would keep all laws."""
    tries = [
        "ada@example.test",
        "192.0.2.7",
        "2024-03-17",
        "4111111111111111",
        "Ada Lovelace",
        "12.5",
        7,
        2.5,
    ]

    for settings in settings_of(spec):
        assert any(masked(technique_of(settings), value, subject_of(settings)) != REFUSED for value in tries)


@every_mask
def test_nothing_comes_of_nothing(settings: dict[str, Json]) -> None:
    """Null stays null, what is missing stays missing, and empty text stays empty; but for masks that take all."""
    mask = technique_of(settings)
    rule = MaskRule((parse_field_path("field"),), mask, "test")

    (record,) = Masker([rule])(RawBatch("test", [{}])).records

    assert record == {}
    if not mask.whole:
        assert masked(mask, None, {}) is None
        assert masked(mask, [None], {}) == [None]
    if not mask.whole and not mask.takes_empty:
        assert masked(mask, "", {}) == ""
        assert masked(mask, {"a": [""]}, {}) == {"a": [""]}


@every_mask
@given(value=leaves | st.none())
def test_the_masked_schema_is_true(settings: dict[str, Json], value: Json) -> None:
    """Whatever comes out is of the type that the catalog declares."""
    mask = technique_of(settings)
    schema = {"type": ["string", "null"]} if value is None else schema_of(value)
    rule = MaskRule((parse_field_path("field"),), mask, "test")
    declared = Masker([rule]).schema({"type": "object", "properties": {"field": schema}})

    result = masked(mask, value, subject_of(settings))

    if result not in (REFUSED, MISSING):
        checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
        jsonschema.Draft202012Validator(declared, format_checker=checker).validate({"field": result})
    if mask.schema(schema) is DROPPED:
        assert result == MISSING
        assert declared["properties"] == {}


@every_mask
@given(value=leaves)
def test_a_mask_is_a_function(settings: dict[str, Json], value: Json) -> None:
    """The same value, the same result: in another stream, in another run, after other values."""
    one, again = technique_of(settings), made(settings)

    assert masked(one, value, subject_of(settings)) == masked(again, value, subject_of(settings))


@every_keyed_mask
def test_domains_and_keys_cannot_be_linked(settings: dict[str, Json]) -> None:
    """What a value becomes in one tells nothing of what it becomes in another."""
    values = [
        *(f"{number:016}" for number in range(20)),
        *(f"Ada Love{chr(97 + number)}ace" for number in range(20)),
        *(f"2024-03-{number:02}" for number in range(1, 21)),
    ]

    def results(mask: Technique) -> list[Json]:
        return [masked(mask, value, dict.fromkeys(subject_of(settings), value)) for value in values]

    own, domain, key = (
        results(mask) for mask in (made(settings), made(settings, domain="other"), made(settings, KEY[::-1]))
    )

    taken = [number for number, result in enumerate(own) if result != REFUSED]
    assert len(taken) >= 20
    for other in (domain, key):
        alike = [number for number in taken if own[number] == other[number]]
        assert len(alike) <= len(taken) // 10


@every_keyed_mask
@given(value=st.one_of(days, moments, texts, st.integers(10**12, 10**18)))
def test_a_keyed_mask_hides_its_value(settings: dict[str, Json], value: Json) -> None:
    """Of what is long enough to tell, nothing comes out in clear."""
    result = masked(technique_of(settings), value, subject_of(settings))

    if len(str(value)) >= 10:
        assert str(value) not in str(result)


@pytest.mark.parametrize(
    "settings", [settings for settings in EVERY if technique_of(settings).reveal], ids=named
)
@given(value=leaves)
def test_who_has_the_key_gets_the_value_back(settings: dict[str, Json], value: Json) -> None:
    """Of reversible masks, and of the very type."""
    mask = technique_of(settings)
    assert mask.reveal
    try:
        hidden = mask.value(value)
    except UnmaskableError:
        return

    revealed = mask.reveal(hidden)

    assert revealed == value
    assert isinstance(revealed, str) == isinstance(value, str)
    assert isinstance(revealed, bool) == isinstance(value, bool)


@every_mask
@given(value=leaves)
def test_a_refusal_tells_no_value(settings: dict[str, Json], value: Json) -> None:
    """It names what was expected."""
    mask = technique_of(settings)
    try:
        (mask.of_record or (lambda leaf, record: mask.value(leaf)))(value, subject_of(settings))
    except UnmaskableError as error:
        assert len(str(value)) < 8 or str(value) not in str(error)
        assert error.__suppress_context__ or error.__context__ is None
