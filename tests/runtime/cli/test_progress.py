from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from penstock.cli.progress import ProgressBars, ProgressLines, bars
from penstock.destinations import Destination, Part
from penstock.destinations.memory import MemoryDestination
from penstock.errors import ConfigError
from penstock.masking.exits import Exit, ExitFile
from penstock.masking.redactor import Redactor
from penstock.testing.streams import batch, stream

PART = Part(1, "2024-01-01 to 2024-01-31")


def lines(inner: Destination) -> tuple[Destination, Callable[[], str]]:
    """Progress as lines, and what they said."""
    told: list[str] = []
    return ProgressLines(inner, lambda level, text: told.append(f"{level} {text}")), lambda: "\n".join(told)


def drawn(inner: Destination) -> tuple[Destination, Callable[[], str]]:
    """Progress as bars, and how they look."""
    stream_ = io.BytesIO()
    live: Any = bars(ExitFile(Exit(stream_, Redactor())))

    def look() -> str:
        live.console.width = 200
        live.refresh()
        live.stop()
        return stream_.getvalue().decode()

    live.start()
    return ProgressBars(inner, live), look


@pytest.mark.parametrize("watched", [lines, drawn])
def test_progress_only_watches(watched: Callable[[Destination], tuple[Destination, object]]) -> None:
    """Every call reaches the destination as it was made."""
    inner = MemoryDestination()
    destination, look = watched(inner)

    destination.started(stream("orders"))
    destination.write(batch("orders", {"id": 1}), PART)
    destination.settled("orders", PART)
    destination.dropped("orders", PART)
    destination.checkpoint("orders", {"at": 1})
    destination.failed("orders", ConfigError("no"))
    destination.finished("orders", {"at": 2}, complete=False)
    assert callable(look)
    look()

    assert inner.records == {"orders": [{"id": 1}]}
    assert inner.states == {"orders": [{"at": 1}, {"at": 2}]}
    assert [error.message for error in inner.errors["orders"]] == ["no"]
    assert inner.complete == {"orders": False}
    assert destination.checkpoint_seconds == inner.checkpoint_seconds


@pytest.mark.parametrize(("complete", "word"), [(True, "done"), (False, "incomplete")])
def test_lines_tell_the_start_and_the_end_of_a_stream(complete: bool, word: str) -> None:
    """With the number of its records."""
    destination, told = lines(MemoryDestination())

    destination.started(stream("orders"))
    destination.write(batch("orders", *[{"id": i} for i in range(1_500)]), PART)
    destination.finished("orders", {}, complete=complete)

    assert told().startswith(f"INFO stream orders: started\nINFO stream orders: {word}, 1,500 records, ")


@pytest.mark.parametrize(("complete", "word"), [(True, "done"), (False, "incomplete")])
def test_a_bar_shows_a_stream(complete: bool, word: str) -> None:
    """Its records, and at the end how it ended."""
    destination, look = drawn(MemoryDestination())

    destination.started(stream("orders"))
    destination.write(batch("orders", *[{"id": i} for i in range(1_500)]), PART)
    destination.finished("orders", {}, complete=complete)

    shown = look()
    assert "orders" in shown
    assert "1,500 records" in shown
    assert word in shown


def test_a_bar_shows_the_window_that_is_read() -> None:
    """Days or hours, and never the key of a partition."""
    destination, look = drawn(MemoryDestination())

    destination.started(stream("orders"))
    destination.write(batch("orders", {"id": 1}), PART)

    assert "2024-01-01 to 2024-01-31" in look()
