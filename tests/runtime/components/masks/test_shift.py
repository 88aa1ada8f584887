from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from penstock.components.masks import MASK
from penstock.errors import ManifestError
from penstock.masking.automaton import MaskRule
from penstock.masking.batch import RawBatch
from penstock.masking.field_paths import parse_field_path
from penstock.masking.masker import Masker
from penstock.masking.techniques import UnmaskableError
from penstock.testing.fakes import built, component


def shifted(value: Any, record: dict[str, Any], settings: str = "subject: patient.id") -> Any:
    mask = built(f"{{type: Shift, domain: patient, {settings}}}", MASK)
    assert mask.of_record
    return mask.of_record(value, record)


def ada(**more: Any) -> dict[str, Any]:
    return {"patient": {"id": 7}, **more}


def test_intervals_of_one_subject_are_kept() -> None:
    """A stay of nine days is one of nine days, on other days."""
    came, left = shifted("2024-02-25", ada()), shifted("2024-03-05", ada())

    assert dt.date.fromisoformat(left) - dt.date.fromisoformat(came) == dt.timedelta(days=9)
    assert came != "2024-02-25"


def test_subjects_move_by_different_days() -> None:
    """Who knows one date of one of them knows no other's."""
    days = {shifted("2024-02-25", {"patient": {"id": number}}) for number in range(50)}

    assert len(days) > 40


@pytest.mark.parametrize("days", [1, 30])
def test_a_date_moves_by_at_least_a_day_and_no_further_than_told(days: int) -> None:
    """Every number of days but none is as likely, either way."""
    day = dt.date(2024, 2, 25)
    moved = {
        (dt.date.fromisoformat(shifted("2024-02-25", {"id": n}, f"subject: id, days: {days}")) - day).days
        for n in range(40 * days)
    }

    assert moved == {*range(-days, days + 1)} - {0}


@pytest.mark.parametrize(
    ("value", "end"),
    [
        pytest.param("2024-02-25", "", id="a date"),
        pytest.param("2024-02-25T10:20:30Z", "T10:20:30Z", id="a date-time"),
        pytest.param(
            "2024-02-25 10:20:30.123456+05:30", " 10:20:30.123456+05:30", id="with a space and a zone"
        ),
        pytest.param("2024-02-25t10:20", "t10:20", id="without seconds"),
    ],
)
def test_the_format_is_kept(value: str, end: str) -> None:
    """Only the day is another."""
    moved = shifted(value, ada())

    assert moved[10:] == end
    assert moved[:10] == shifted("2024-02-25", ada())


@pytest.mark.parametrize(
    ("value", "record"),
    [
        pytest.param("2024-02-25", {}, id="no subject"),
        pytest.param("2024-02-25", {"patient": 7}, id="no field where the subject should be"),
        pytest.param("2024-02-25", {"patient": {"id": None}}, id="a subject that is null"),
        pytest.param("2024-02-25", {"patient": {"id": ""}}, id="a subject that is empty"),
        pytest.param("2024-02-25", {"patient": {"id": [7]}}, id="several subjects"),
        pytest.param("25 February", {"patient": {"id": 7}}, id="a date in words"),
        pytest.param(1708819200, {"patient": {"id": 7}}, id="a number"),
    ],
)
def test_what_cannot_be_moved_is_refused(value: Any, record: dict[str, Any]) -> None:
    """One secret number for all who have no subject would be no secret for long."""
    with pytest.raises(UnmaskableError):
        shifted(value, record)


def test_the_calendar_ends() -> None:
    """One of the two ends of it is too near, whichever way a subject moves."""
    with pytest.raises(UnmaskableError, match="too near the end of the calendar"):
        for value in ("0001-01-01", "9999-12-31"):
            shifted(value, ada())


def test_records_move_by_their_own_subject() -> None:
    """Which the masker finds, at any depth of the field, and also where the subject itself is masked."""
    rules = [
        MaskRule(
            (parse_field_path("visits[*].day"),),
            built("{type: Shift, domain: patient, subject: id}", MASK),
            "days",
        ),
        MaskRule((parse_field_path("id"),), built("{type: Drop}", MASK), "id"),
    ]
    record = {"id": 7, "visits": [{"day": "2024-02-25"}, {"day": None}, {"day": ""}]}

    (masked,) = Masker(rules)(RawBatch("visits", [record])).records

    assert masked == {"visits": [{"day": shifted("2024-02-25", ada())}, {"day": None}, {"day": ""}]}


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        pytest.param("subject: '*'", "a path of plain names", id="many subjects"),
        pytest.param("subject: 'patients[*].id'", "a path of plain names", id="a list of them"),
        pytest.param("subject: ''", "names no field", id="no subject"),
        pytest.param("subject: id, days: 0", "at least 1", id="no days"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: str, problem: str) -> None:
    """Before anything is read."""
    with pytest.raises(ManifestError, match=problem):
        component(f"{{type: Shift, domain: patient, {settings}}}", MASK)
