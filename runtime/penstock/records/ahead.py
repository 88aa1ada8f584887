"""Reads what comes next while it is not yet its turn: slices of parents, by workers that have nothing else to do.

Who asks takes the portions in order, and reads one itself where nobody has begun it. So there is never more at work
than there are workers, nobody waits for one who waits, and without a helper all is as if this were not here.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")

MOST_PORTIONS = 16
"""Portions that are begun before their turn."""

MOST_ITEMS = 4
"""Items that are read of a portion before its turn; the rest is left to who asks for it."""


class _Portion(Generic[T]):
    """Some items, begun by a helper perhaps, and read to their end by who asks for them."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._turn = threading.Lock()
        self._ready: deque[T] = deque()
        self._error: Exception | None = None
        self._is_taken = False

    def begin(self) -> None:
        """Read the first items, unless they are asked for already."""
        with self._turn:
            while not self._is_taken and len(self._ready) < MOST_ITEMS:
                try:
                    self._ready.append(next(self._items))
                except StopIteration:
                    return
                except Exception as error:  # noqa: BLE001 - it is raised where the items are asked for
                    self._error = error
                    return

    def __iter__(self) -> Iterator[T]:
        self._is_taken = True
        with self._turn:  # a helper stops after the item at hand
            pass
        while self._ready:
            yield self._ready.popleft()
        if self._error is not None:
            raise self._error
        yield from self._items


class _Sequence(Generic[K, T]):
    """Portions in order; those that helpers have begun wait for their turn."""

    def __init__(self, portions: Iterator[tuple[K, Iterator[T]]]) -> None:
        self._portions = portions
        self._turn = threading.Lock()
        self._begun: deque[tuple[K, _Portion[T]]] = deque()
        self._error: Exception | None = None
        self._is_over = False

    def take(self) -> tuple[K, Iterator[T]] | None:
        """The next portion; None after the last."""
        with self._turn:
            if self._begun:
                key, portion = self._begun.popleft()
                return key, iter(portion)
            if self._error is not None:
                raise self._error
            return next(self._portions, None)

    def help(self) -> bool:
        """Begin a portion before its turn; tells whether there was one."""
        with self._turn:
            if self._is_over or len(self._begun) >= MOST_PORTIONS:
                return False
            try:
                following = next(self._portions, None)
            except Exception as error:  # noqa: BLE001 - it is raised in its turn
                self._error = error
                following = None
            if following is None:
                self._is_over = True
                return False
            portion = _Portion(following[1])
            self._begun.append((following[0], portion))
        portion.begin()
        return True

    def give_up(self) -> None:
        """Let nobody help any more."""
        self._is_over = True


class Ahead:
    """What idle workers may help with. Safe to use from any thread."""

    def __init__(self) -> None:
        self._sequences: list[_Sequence[Any, Any]] = []
        self._lock = threading.RLock()
        self._wake: Callable[[], None] = lambda: None

    def wakes(self, wake: Callable[[], None]) -> None:
        """Call this when there is something new to help with."""
        self._wake = wake

    def help(self) -> bool:
        """Read something before its turn; tells whether there was anything."""
        with self._lock:
            sequences = tuple(self._sequences)
        return any(sequence.help() for sequence in sequences)

    def of(self, portions: Iterator[tuple[K, Iterator[T]]]) -> Iterator[tuple[K, Iterator[T]]]:
        """The same portions in the same order, some of them begun before their turn."""
        sequence = _Sequence(portions)
        with self._lock:
            self._sequences.append(sequence)
        try:
            while (following := sequence.take()) is not None:
                self._wake()
                yield following
        finally:
            sequence.give_up()
            with self._lock:
                self._sequences.remove(sequence)
