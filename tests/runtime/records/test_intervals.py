from __future__ import annotations

import datetime as dt

import pytest

from penstock.records.intervals import Interval, Intervals

DAY = dt.timedelta(days=1)


def day(number: int) -> dt.datetime:
    """A day of January 2024."""
    return dt.datetime(2024, 1, number, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("read", "reached", "unread"),
    [
        pytest.param([], 5, 5, id="nothing yet"),
        pytest.param([(5, 9, 8)], 8, 10, id="the first one"),
        pytest.param([(5, 9, None)], 5, 10, id="without a record it does not move the state"),
        pytest.param([(5, 9, 8), (10, 14, 11)], 11, 15, id="the next one, a day later"),
        pytest.param([(10, 14, 11), (5, 9, 8)], 11, 15, id="in another order"),
        pytest.param([(6, 9, 8)], 5, 5, id="one after a day that is not read"),
        pytest.param([(10, 14, 11), (15, 19, 16)], 5, 5, id="several after a gap"),
        pytest.param([(15, 19, 16), (5, 9, 8)], 8, 10, id="one up to the gap"),
        pytest.param([(5, 14, 14), (8, 9, 9)], 14, 15, id="one inside another"),
        pytest.param([(1, 6, 3)], 5, 7, id="one that begins earlier"),
        pytest.param([(5, 9, 20)], 20, 10, id="a record after the interval's end"),
    ],
)
def test_the_state_goes_as_far_as_nothing_is_missing(
    read: list[tuple[int, int, int | None]], reached: int, unread: int
) -> None:
    """From the fifth on, in any order. An interval may begin one granularity after the end of another."""
    done = Intervals(day(5), day(5), day(5))

    for start, end, high in read:
        done = done.adding(Interval(day(start), day(end), day(high) if high else None), DAY)

    assert (done.reached, done.unread) == (day(reached), day(unread))


def test_a_lookback_window_is_not_read_yet() -> None:
    """The state stays where it was until the window is read, and does not go back to records of it."""
    done = Intervals(reached=day(9), unread=day(5), opened=day(9))

    later = done.adding(Interval(day(10), day(14), day(12)), DAY)
    both = later.adding(Interval(day(5), day(9), day(6)), DAY)

    assert (later.reached, both.reached) == (day(9), day(12))


def test_slack_holds_for_what_a_run_before_had_reached() -> None:
    """Beyond it, an interval that is further away than the granularity leaves a gap."""
    second = dt.timedelta(seconds=1)
    done = Intervals(reached=day(9), unread=day(5), opened=day(9))

    inside = done.adding(Interval(day(5), day(7), day(7)), second, DAY).adding(
        Interval(day(8), day(10), day(10)), second, DAY
    )
    outside = inside.adding(Interval(day(11), day(12), day(12)), second, DAY)

    assert (inside.reached, outside.reached) == (day(10), day(10))


def test_other_keys_of_the_state_are_carried_along() -> None:
    done = Intervals(day(5), day(5), day(5), extra={"note": "kept"})

    assert done.adding(Interval(day(5), day(9), None), DAY).extra == {"note": "kept"}
