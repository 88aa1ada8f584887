from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from penstock.expressions.dates import (
    EPOCH,
    aware,
    formatter,
    parse,
    parse_duration,
    parse_iso,
    parser,
    resolution,
)

MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5, 678_901, tzinfo=dt.UTC)
MICROSECOND, MILLISECOND, SECOND = (dt.timedelta(microseconds=n) for n in (1, 1_000, 1_000_000))
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("format_", "text", "precision"),
    [
        pytest.param("%s", "1704164645", SECOND, id="seconds"),
        pytest.param("%s_as_float", "1704164645.678901", MICROSECOND, id="seconds with a fraction"),
        pytest.param("%ms", "1704164645678", MILLISECOND, id="milliseconds"),
        pytest.param("%epoch_microseconds", "1704164645678901", MICROSECOND, id="microseconds"),
        pytest.param("%Y-%m-%d", "2024-01-02", DAY, id="a date"),
        pytest.param("%Y-%m-%dT%H:%M:%SZ", "2024-01-02T03:04:05Z", SECOND, id="a moment"),
        pytest.param("%Y-%m-%dT%H:%M:%S%z", "2024-01-02T03:04:05+0000", SECOND, id="a zone has no colon"),
        pytest.param("%Y-%m-%d %H:%M:%S.%f", "2024-01-02 03:04:05.678901", MICROSECOND, id="six digits"),
        pytest.param("%Y-%m-%dT%H:%M:%S.%_msZ", "2024-01-02T03:04:05.678Z", MILLISECOND, id="three digits"),
        pytest.param("%d/%b/%Y", "02/Jan/2024", DAY, id="any other format of strptime"),
        pytest.param(
            "created:[%Y-%m-%dT%H:%M:%SZ..]", "created:[2024-01-02T03:04:05Z..]", SECOND, id="words"
        ),
    ],
)
def test_a_format_writes_a_moment_and_reads_it_back(format_: str, text: str, precision: dt.timedelta) -> None:
    """Reading gives the moment again, cut to what the format holds."""
    assert formatter(format_)(MOMENT) == text
    assert parser(format_)(text) == MOMENT - (MOMENT - EPOCH) % precision


@pytest.mark.parametrize(
    ("format_", "value"),
    [
        pytest.param("%s", 1704164645, id="seconds"),
        pytest.param("%s_as_float", 1704164645.0, id="seconds with a fraction"),
        pytest.param("%ms", 1704164645000, id="milliseconds"),
        pytest.param("%Y%m%d%H%M%S", 20240102030405, id="digits of a date"),
    ],
)
def test_a_number_is_read_as_its_text(format_: str, value: float) -> None:
    """APIs send epochs as numbers and as texts."""
    assert parser(format_)(value) == parser(format_)(str(value)) == MOMENT.replace(microsecond=0)


@given(st.integers(0, 10**16).map(lambda n: EPOCH + n * MICROSECOND))
def test_no_moment_is_lost_in_a_format_of_full_precision(moment: dt.datetime) -> None:
    """Cursors are written into state and read again; a microsecond off would skip or repeat records."""
    for format_ in ("%epoch_microseconds", "%Y-%m-%dT%H:%M:%S.%f%z"):
        assert parser(format_)(formatter(format_)(moment)) == moment


iso_texts = st.builds(
    "".join,
    st.tuples(
        st.dates().map(str) | st.from_regex(r"\d{4}-\d{1,2}-\d{1,2}", fullmatch=True),
        st.sampled_from(["", "T", " ", "t"]),
        st.times().map(str)
        | st.from_regex(r"[0-2]\d:[0-6]\d(:[0-6]\d(\.\d{1,7})?)?", fullmatch=True)
        | st.just(""),
        st.sampled_from(["", "Z", "z", " Z", "+02:00", "-0330", "+02", "+02:00:30", "+25:00", "+05:99"]),
    ),
)


@given(
    iso_texts,
    st.sampled_from(
        [
            "%Y-%m-%d",
            "%Y-%m-%dT%H:%M:%S",
            "%Y-%m-%d %H:%M:%S",
            "%Y-%m-%dT%H:%M:%SZ",
            "%Y-%m-%dT%H:%M:%S%z",
            "%Y-%m-%dT%H:%M:%S.%f%z",
            "%Y-%m-%dT%H:%M:%S.%_msZ",
        ]
    ),
)
@example("2024-01-02T03:04:05.1234567Z", "%Y-%m-%dT%H:%M:%S.%f%z")
@example("2024-01-02T24:00:00", "%Y-%m-%dT%H:%M:%S")
def test_iso_formats_are_read_as_strptime_reads_them(text: str, format_: str) -> None:
    """They have a fast reader, which accepts and gives exactly the same."""

    def outcome(read: Any) -> dt.datetime | str:
        try:
            return aware(read(text))
        except ValueError:
            return "does not fit"

    def by_strptime(text: str) -> dt.datetime:
        return dt.datetime.strptime(text, format_.replace("%_ms", "%f"))  # noqa: DTZ007 - `aware` adds the zone

    assert outcome(parser(format_)) == outcome(by_strptime)


def test_a_moment_is_written_in_its_own_zone() -> None:
    """A record at +05:00 is saved so in state."""
    moment = parser("%Y-%m-%dT%H:%M:%S%z")("2024-01-02T03:04:05+05:00")

    assert formatter("%Y-%m-%dT%H:%M:%S%z")(moment) == "2024-01-02T03:04:05+0500"
    assert formatter("%s")(moment) == "1704146645"


def test_what_has_no_zone_is_utc() -> None:
    """In every way to read a moment."""
    for moment in (
        parser("%Y-%m-%d")("2024-01-02"),
        parser("%d.%m.%Y")("02.01.2024"),
        parse_iso("2024-01-02"),
        aware(dt.datetime.fromisoformat("2024-01-02")),
    ):
        assert moment == dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
        assert moment.tzinfo is dt.UTC


def test_the_first_format_that_fits_reads_the_value() -> None:
    """Formats are tried in the order of the manifest, and a number or null is no error in between."""
    assert parse("2024-01-02", ("%s", "%Y-%m-%d")) == dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
    assert parse("20240102", ("%s", "%Y%m%d")) == dt.datetime(1970, 8, 23, 6, 15, 2, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "format_", ["%s", "%s_as_float", "%ms", "%epoch_microseconds", "%Y-%m-%d", "%d.%m.%Y"]
)
@pytest.mark.parametrize(
    "value",
    [
        pytest.param("soon", id="a word"),
        pytest.param(None, id="null"),
        pytest.param([], id="a list"),
        pytest.param(10**30, id="a number beyond all calendars"),
        pytest.param(float("nan"), id="not a number"),
    ],
)
def test_a_value_that_does_not_fit_is_a_value_error(format_: str, value: object) -> None:
    """Whatever the value is; and `parse`, which tries several formats, does not say what came."""
    with pytest.raises(ValueError):
        parser(format_)(value)
    with pytest.raises(ValueError, match=r"^no format fits$"):
        parse(value, (format_, format_))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("2024", "2024-01-01T00:00:00+00:00", id="a year"),
        pytest.param("2024-05", "2024-05-01T00:00:00+00:00", id="a month"),
        pytest.param("2024-05-06", "2024-05-06T00:00:00+00:00", id="a day"),
        pytest.param("20240506", "2024-05-06T00:00:00+00:00", id="a day without hyphens"),
        pytest.param("2024-05-06T07:08:09Z", "2024-05-06T07:08:09+00:00", id="a moment in UTC"),
        pytest.param("2024-05-06T07:08:09.25+02:00", "2024-05-06T07:08:09.250000+02:00", id="another zone"),
        pytest.param(" 2024-05-06 ", "2024-05-06T00:00:00+00:00", id="blanks around it"),
    ],
)
def test_iso_text_may_be_reduced(text: str, moment: str) -> None:
    """`2024` is its first moment."""
    assert parse_iso(text).isoformat() == moment


@pytest.mark.parametrize(
    ("text", "later"),
    [
        pytest.param("P1D", "2024-02-01", id="days"),
        pytest.param("P1W", "2024-02-07", id="weeks"),
        pytest.param("PT36H", "2024-02-01", id="hours"),
        pytest.param("P1M", "2024-02-29", id="a month ends where the month ends"),
        pytest.param("P1Y1M", "2025-02-28", id="years and months"),
        pytest.param("-P1D", "2024-01-30", id="a negative one"),
    ],
)
def test_a_duration_adds_to_a_moment(text: str, later: str) -> None:
    """Months and years follow the calendar."""
    assert (dt.datetime(2024, 1, 31, tzinfo=dt.UTC) + parse_duration(text)).date().isoformat() == later


@pytest.mark.parametrize("text", ["", "1 day", "P", "1D"])
def test_a_text_that_is_no_duration_is_an_error(text: str) -> None:
    """The message shows how one is written, not what came."""
    with pytest.raises(ValueError, match="not an ISO-8601 duration such as P1D or PT1H"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("format_", "step"),
    [
        ("%Y-%m-%dT%H:%M:%S.%f%z", dt.timedelta(microseconds=1)),
        ("%ms", dt.timedelta(milliseconds=1)),
        ("%s", dt.timedelta(seconds=1)),
        ("%Y-%m-%dT%H:%M", dt.timedelta(minutes=1)),
        ("%Y-%m-%d", dt.timedelta(days=1)),
        ("%Y-%m", dt.timedelta(days=31)),
        ("%Y", dt.timedelta(days=366)),
    ],
)
def test_a_format_has_a_smallest_step(format_: str, step: dt.timedelta) -> None:
    """What two moments must be apart to be written differently."""
    assert resolution(format_) == step
