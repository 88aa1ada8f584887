from __future__ import annotations

from penstock.lean import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0


@dataclass(slots=True)
class Pen:
    at: Point


def test_equal_values_are_one_key() -> None:
    assert Point(1) == Point(1, 0)
    assert len({Point(1), Point(1, 0), Point(2)}) == 2


def test_what_changes_is_no_key() -> None:
    assert Pen.__hash__ is None
