from __future__ import annotations

import json
import random
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runtime.masking.detectors.shapes import NOBODYS

from penstock.masking.detectors import (
    Detector,
    Sieve,
    all_detectors,
    class_of,
    detector,
    detector_names,
    find_detector,
    finder,
    found_in,
    sieve_of,
    text_of,
)

DETECTORS = all_detectors()
ALL = sieve_of(detector_names())
STRICT = sieve_of(["phone", "card", "national_id", "iban", "email", "token"])

every_detector = pytest.mark.parametrize("one", DETECTORS.values(), ids=list(DETECTORS))


@every_detector
def test_a_detector_has_its_file_its_help_and_its_test(one: Detector) -> None:
    """Adding one is one new file and one test: no list to keep."""
    module = type(one).__module__.split(".")[-1]

    assert module.rstrip("_") == one.name
    assert one.help.split("\n")[0]
    assert (Path(__file__).parent / f"test_{one.name}.py").is_file()


def test_only_what_is_asked_for_is_imported() -> None:
    """The libraries of the others stay on the disk."""
    code = (
        "import sys, json; from penstock.masking.detectors import find_detector; find_detector('mac');"
        "print(json.dumps([m for m in ('phonenumbers', 'stdnum', 'penstock.masking.detectors.card') if m in sys.modules]))"
    )
    paths = [path for path in sys.path if path]

    told = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}; {code}"],
        capture_output=True,
        check=True,
        text=True,
    )

    assert json.loads(told.stdout) == []


def test_a_name_that_no_detector_has() -> None:
    """Asking is harmless, relying on it is an error."""
    assert find_detector("shoe_size") is None
    assert "email" in detector_names()
    with pytest.raises(KeyError, match="shoe_size"):
        sieve_of(["email", "shoe_size"])


def test_a_detector_explains_itself() -> None:
    """The docstring is what people read in the list of classes."""

    class Mute(type(DETECTORS["mac"])):  # type: ignore[misc]  # a class made for this test
        __doc__ = None

    with pytest.raises(TypeError, match="Mute has no docstring"):
        detector(Mute)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (4111, "4111"),
        (4111.0, "4111"),
        (0.5, ""),
        (True, ""),
        (None, ""),
        ([1], ""),
        (1e300, ""),
    ],
)
def test_text_and_whole_numbers_are_looked_at(value: object, text: str) -> None:
    """A card number may be a number of JSON; a truth or a fraction is nobody's."""
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("ada@example.com", "email"),
        ("Write to ada@example.com.", "email"),
        (4111111111111111, "card"),
        ("active", ""),
        (None, ""),
    ],
)
def test_a_finder_says_the_class_that_a_value_is_or_holds(value: object, name: str) -> None:
    """One look at a field that nobody has classified."""
    assert finder(["email", "card"])(value) == name


def test_no_detectors_find_nothing() -> None:
    """A policy may name none."""
    assert finder([])("ada@example.com") == ""


@settings(max_examples=400)
@given(NOBODYS)
def test_what_is_nobodys_is_not_detected(value: object) -> None:
    """Ids, digests, dates, moments, prices and versions are left alone, whole and inside a text."""
    text = text_of(value)

    assert class_of(value, STRICT) == ("", 0.0)
    assert found_in(f"see {text} there", STRICT) == []


@every_detector
@given(text=st.text(max_size=60))
def test_a_sieve_leaves_nothing_out(one: Detector, text: str) -> None:
    """What a detector finds has its marks and is long enough: the cheap test is wrong only towards a closer look."""
    if one.whole(text) or list(one.spans(text)):
        assert list(Sieve([one])(text)) == [one]


def test_long_bare_numbers_are_seldom_taken_for_something() -> None:
    """A check digit is right by chance once in ten; brands, dates and forms keep the rest below this rate."""
    chance = random.Random(20240301)
    rates: dict[int | str, float] = {}

    for digits in (9, 10, 11, 12, 13, 16, 19):
        numbers = [chance.randrange(10 ** (digits - 1), 10**digits) for _ in range(4000)]
        rates[digits] = sum(class_of(number, ALL)[1] > 0 for number in numbers) / 4000
    moments = [chance.randrange(1_500_000_000_000, 1_900_000_000_000) for _ in range(4000)]
    rates["moments"] = sum(class_of(at, ALL)[1] > 0 for at in moments) / 4000
    hexes = [uuid.UUID(int=chance.getrandbits(128)).hex for _ in range(4000)]
    rates["hex"] = sum(class_of(text, ALL)[1] > 0 for text in hexes) / 4000

    assert max(rates[digits] for digits in (9, 10, 12, "moments", "hex")) == 0
    assert max(rates.values()) < 0.04, rates
