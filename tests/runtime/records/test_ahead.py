from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from penstock.records.ahead import MOST_ITEMS, MOST_PORTIONS, Ahead


def counted(number: int, read: list[int], items: int = 2) -> tuple[int, Iterator[int]]:
    """A portion of so many items, which notes when it is read."""

    def portion() -> Iterator[int]:
        for item in range(items):
            read.append(number)
            yield number * 1_000 + item

    return number, portion()


def test_without_helpers_one_portion_is_read_after_the_other() -> None:
    """And each only when it is asked for."""
    ahead, read = Ahead(), list[int]()

    for number, items in ahead.of(counted(number, read) for number in range(3)):
        assert read == [n for n in range(number) for _ in range(2)]
        assert list(items) == [number * 1_000, number * 1_000 + 1]


def test_helpers_begin_what_comes_next() -> None:
    """What they read is not read again, and comes in its turn."""
    ahead, read = Ahead(), list[int]()
    woken: list[bool] = []
    ahead.wakes(lambda: woken.append(True))
    portions = ahead.of(counted(number, read) for number in range(4))

    _, first = next(portions)
    assert [ahead.help(), ahead.help()] == [True, True]

    assert read == [1, 1, 2, 2]
    assert list(first) == [0, 1]
    assert [item for _, items in portions for item in items] == [1000, 1001, 2000, 2001, 3000, 3001]
    assert sorted(read) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert len(woken) == 4
    assert not ahead.help()


def test_what_is_begun_is_bounded() -> None:
    """Nobody knows how long a portion is, nor how many there are, until it is their turn."""
    ahead, read = Ahead(), list[int]()
    portions = ahead.of(counted(number, read, items=2 * MOST_ITEMS) for number in range(100))
    next(portions)

    begun = sum(ahead.help() for _ in range(100))

    assert begun == MOST_PORTIONS
    assert len(read) == MOST_PORTIONS * MOST_ITEMS
    _, items = next(portions)
    assert len(list(items)) == 2 * MOST_ITEMS


def test_who_asks_takes_over() -> None:
    """A helper stops after the item at hand; nothing is lost and nothing comes twice."""
    ahead = Ahead()
    reading, go_on = threading.Event(), threading.Event()

    def slow() -> Iterator[int]:
        for item in range(9):
            reading.set()
            assert go_on.wait(30)
            yield item

    portions = ahead.of(iter([(0, iter(())), (1, slow())]))
    next(portions)
    helper = threading.Thread(target=ahead.help)
    helper.start()
    assert reading.wait(30)
    _, items = next(portions)
    told: list[int] = []
    asking = threading.Thread(target=lambda: told.extend(items))
    asking.start()
    go_on.set()
    asking.join(30)
    helper.join(30)

    assert told == list(range(9))


def failing(*items: int) -> Iterator[int]:
    """Items, and then a failure."""
    yield from items
    raise ValueError


def test_a_failure_is_told_in_its_turn() -> None:
    """After what was read before it, to the one who asks."""
    ahead = Ahead()
    portions = ahead.of(iter([(0, iter(())), (1, failing(1))]))
    next(portions)
    ahead.help()
    _, items = next(portions)

    assert next(items) == 1
    with pytest.raises(ValueError):
        next(items)


def test_a_failure_between_portions_is_told_in_its_turn() -> None:
    ahead = Ahead()
    portions = ahead.of((number, iter(())) for number in failing(0, 1))
    next(portions)

    assert [ahead.help(), ahead.help(), ahead.help()] == [True, False, False]
    assert next(portions)[0] == 1
    with pytest.raises(ValueError):
        next(portions)


def test_what_is_given_up_is_not_begun() -> None:
    """A stream that fails leaves nothing behind for the workers."""
    ahead = Ahead()
    portions = ahead.of(counted(number, []) for number in range(5))
    next(portions)

    portions.close()  # type: ignore[attr-defined]  # it is a generator

    assert not ahead.help()


def test_portions_may_be_read_from_others() -> None:
    """As the parents of parents: whoever asks for one of the outer reads the inner."""
    ahead, read = Ahead(), list[int]()
    inner = ahead.of(counted(number, read) for number in range(3))
    outer = ahead.of((number, items) for number, items in inner)

    next(outer)
    assert ahead.help()

    assert read == [1, 1]
    assert [item for _, items in outer for item in items] == [1000, 1001, 2000, 2001]
