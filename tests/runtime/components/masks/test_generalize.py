from __future__ import annotations

from typing import Any

import pytest

from penstock.components.masks import MASK
from penstock.errors import ManifestError
from penstock.masking.techniques import UnmaskableError
from penstock.testing.fakes import built, component


@pytest.mark.parametrize(
    ("settings", "value", "masked"),
    [
        pytest.param("to: year", "1990-05-17", "1990", id="a date's year"),
        pytest.param("to: quarter", "1990-05-17", "1990-Q2", id="its quarter"),
        pytest.param("to: quarter", "1990-12-31", "1990-Q4", id="the last quarter"),
        pytest.param("to: month", "1990-05-17", "1990-05", id="its month"),
        pytest.param("to: day", "1990-05-17T10:20:30Z", "1990-05-17", id="the day of a date-time"),
        pytest.param("bucket: 10", 34, "[30, 40)", id="a number's bucket"),
        pytest.param("bucket: 10", 30, "[30, 40)", id="its lower end belongs to it"),
        pytest.param("bucket: 10", -3, "[-10, 0)", id="below zero"),
        pytest.param("bucket: 10", 34.9, "[30, 40)", id="a fraction"),
        pytest.param("bucket: 0.5", 3.7, "[3.5, 4)", id="a small bucket"),
        pytest.param("bucket: 10", "34", "[30, 40)", id="a number in text"),
        pytest.param("decimals: 1", 48.8566, 48.9, id="a latitude"),
        pytest.param("decimals: 0", 2, 2, id="a whole number of degrees"),
        pytest.param("decimals: 1", "48.8566, -2.3522", "48.9, -2.4", id="a place in text"),
        pytest.param("decimals: 0", "48.8566;2.3522", "49;2", id="without decimals"),
    ],
)
def test_many_have_it_in_common(settings: str, value: Any, masked: Any) -> None:
    """The value is one of those that it could be."""
    assert built(f"{{type: Generalize, {settings}}}", MASK).value(value) == masked


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        pytest.param("to: year", "May 1990", id="a date in words"),
        pytest.param("to: year", 1990, id="a number where a date was expected"),
        pytest.param("bucket: 10", "thirty", id="a number in words"),
        pytest.param("bucket: 10", False, id="a boolean"),
        pytest.param("decimals: 1", "Paris", id="a place by name"),
        pytest.param("decimals: 1", True, id="a boolean as a place"),
    ],
)
def test_what_is_something_else_is_refused(settings: str, value: Any) -> None:
    """Nothing passes because nobody knew what it is."""
    with pytest.raises(UnmaskableError):
        built(f"{{type: Generalize, {settings}}}", MASK).value(value)


def test_only_places_stay_numbers() -> None:
    """Years and buckets are text, whatever they look like."""
    schema = {"type": "number"}

    assert built("{type: Generalize, to: year}", MASK).schema(schema) == {"type": "string"}
    assert built("{type: Generalize, bucket: 10}", MASK).schema(schema) == {"type": "string"}
    assert built("{type: Generalize, decimals: 1}", MASK).schema(schema) == {"type": "number"}


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        pytest.param("{}", "give one of", id="none of the ways"),
        pytest.param("{to: day, bucket: 1}", "give one of", id="two of them"),
        pytest.param("{bucket: -1}", "above zero", id="a bucket of nothing"),
        pytest.param("{decimals: 6}", "0 to 5", id="decimals that hide nothing"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: str, problem: str) -> None:
    """Before anything is read."""
    with pytest.raises(ManifestError, match=problem):
        component(settings.replace("{", "{type: Generalize, "), MASK)
