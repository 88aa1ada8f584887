from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from penstock.destinations.duckdb.destination import DuckDBDestination
from penstock.destinations.duckdb.load import Mode
from penstock.testing.fakes import NOW, Fakes


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the DuckDB file is going to be."""
    return tmp_path / "warehouse.duckdb"


@pytest.fixture
def fakes() -> Fakes:
    return Fakes()


@pytest.fixture
def opened(path: Path, fakes: Fakes) -> Iterator[Callable[[Mode], DuckDBDestination]]:
    """Opens the file as a destination with a mode; the one opened before is closed."""
    open_ones: list[DuckDBDestination] = []

    def close() -> None:
        while open_ones:
            open_ones.pop().close()

    def open_(mode: Mode) -> DuckDBDestination:
        close()
        log = fakes.resources().log
        open_ones.append(DuckDBDestination(path, lambda plan: mode, log, lambda: NOW, lambda: fakes.seconds))
        return open_ones[-1]

    yield open_
    close()
