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
        pytest.param("keep_first: 3", "SW1A 1AA", "SW1", id="characters"),
        pytest.param("keep_first: 3", "SW", "SW", id="fewer characters"),
        pytest.param("keep_first: 3", 94103, "941", id="of a number, as text"),
        pytest.param("to: month", "2024-03-17", "2024-03-01", id="a date to its month"),
        pytest.param("to: year", "2024-03-17", "2024-01-01", id="a date to its year"),
        pytest.param("to: day", "2024-03-17", "2024-03-17", id="a date to its day"),
        pytest.param("to: month", "2024-03-17T10:20:30.25Z", "2024-03-01T00:00:00.00Z", id="a date-time to its month"),
        pytest.param("to: day", "2024-03-17 10:20", "2024-03-17 00:00", id="without seconds"),
        pytest.param("to: hour", "2024-03-17T10:20:30+02:00", "2024-03-17T10:00:00+02:00", id="to its hour"),
        pytest.param("to: minute", "2024-03-17T10:20:30", "2024-03-17T10:20:00", id="to its minute"),
        pytest.param("step: 100", 1234, 1200, id="a number"),
        pytest.param("step: 100", -1, -100, id="below zero it is down as well"),
        pytest.param("step: 100", 1234.5, 1200, id="a fraction"),
        pytest.param("step: 0.1", 0.35, 0.3, id="to a fraction"),
        pytest.param("step: 0.1", 0.3, 0.3, id="exactly"),
        pytest.param("step: 100", "1234.56", "1200", id="a number in text"),
        pytest.param("step: 86400", 1710672030, 1710633600, id="seconds since 1970, to the day"),
    ],
)  # fmt: skip
def test_the_beginning_is_kept(settings: str, value: Any, masked: Any) -> None:
    """Dates are written as before, and numbers stay numbers."""
    assert built(f"{{type: Truncate, {settings}}}", MASK).value(value) == masked


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        pytest.param("to: month", "17 March 2024", id="a date in words"),
        pytest.param("to: month", "2024-02-30", id="a day that is none"),
        pytest.param("to: month", "2024-03-17Z", id="a zone without a time"),
        pytest.param("to: month", "2024-03-17T10:20:30Z, Ada", id="more than a date"),
        pytest.param("to: month", 20240317, id="a date as a number"),
        pytest.param("step: 100", "Ada", id="text where a number was expected"),
        pytest.param("step: 100", True, id="a boolean"),
        pytest.param("step: 100", float("inf"), id="infinity"),
        pytest.param("step: 0.3", 10**400, id="more than a fraction can be"),
    ],
)
def test_what_is_something_else_is_refused(settings: str, value: Any) -> None:
    """Nothing passes because nobody knew what it is."""
    with pytest.raises(UnmaskableError):
        built(f"{{type: Truncate, {settings}}}", MASK).value(value)


@pytest.mark.parametrize(
    ("settings", "schema", "masked"),
    [
        pytest.param("keep_first: 3", {"type": "integer"}, {"type": "string"}, id="characters are text"),
        pytest.param("to: day", {"type": "string", "format": "date"}, {"type": "string", "format": "date"}, id="a date"),
        pytest.param("step: 10", {"type": "integer", "minimum": 18}, {"type": "integer"}, id="an integer"),
        pytest.param("step: 2.5", {"type": ["integer", "null"]}, {"type": ["null", "number"]}, id="in steps of fractions"),
        pytest.param("step: 2.5", {"type": "string"}, {"type": "string"}, id="a number in text"),
    ],
)  # fmt: skip
def test_the_schema_says_what_comes_out(settings: str, schema: Any, masked: Any) -> None:
    """The type stays where it can."""
    assert built(f"{{type: Truncate, {settings}}}", MASK).schema(schema) == masked


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        pytest.param("{}", "give one of", id="none of the ways"),
        pytest.param("{to: day, step: 1}", "give one of", id="two of them"),
        pytest.param("{keep_first: 0}", "at least 1", id="no characters"),
        pytest.param("{step: 0}", "above zero", id="no step"),
        pytest.param("{step: .inf}", "above zero", id="an endless step"),
        pytest.param("{to: week}", "to", id="an unknown unit"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: str, problem: str) -> None:
    """Before anything is read."""
    with pytest.raises(ManifestError, match=problem):
        component(settings.replace("{", "{type: Truncate, "), MASK)
