"""What a person sees: log lines, problems of a manifest with their place, progress, a summary."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from penstock.cli.ending import stoppable
from penstock.diagnostics import Diagnostic
from penstock.errors import ManifestError, as_told
from penstock.masking.exits import ExitFile, Level, line_log, stderr, stdout
from penstock.masking.redactor import Redactor

if TYPE_CHECKING:
    from penstock.destinations import Destination
    from penstock.sync.to_duckdb import SyncResult


class Console:
    """Standard error for what happens, standard output for what was asked for."""

    def __init__(self) -> None:
        self.redactor = Redactor()
        self.out = stdout(self.redactor)
        self.err = stderr(self.redactor)
        self._log = line_log(self.err)
        self._live: Any = None

    def log(self, level: Level, text: str) -> None:
        """Say something; above the bars where there are any."""
        if self._live is not None:
            told = self.redactor(text)  # before a narrow terminal cuts a secret in two
            self._live.console.print(f"{level:<5} {told}", markup=False, highlight=False)
        else:
            self._log(level, text)

    def diagnostics(self, found: Sequence[Diagnostic], path: Path) -> None:
        """Show problems of a manifest, each with its line."""
        if not found:
            return
        source = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        self.err.text("\n".join(d.render(source) for d in found) + "\n")

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[Destination], Destination]]:
        """Give what wraps a destination so that its progress shows."""
        from penstock.cli.progress import ProgressBars, ProgressLines, bars

        if not self.err.isatty():
            yield lambda destination: ProgressLines(destination, self.log)
            return
        with bars(ExitFile(self.err)) as live:
            self._live = live
            try:
                yield lambda destination: ProgressBars(destination, live)
            finally:
                self._live = None

    def summary(self, result: SyncResult, path: str) -> None:
        """Print what came of each stream."""
        from rich.table import Table

        table = Table(title=f"synced to {path}", title_justify="left")
        table.add_column("stream")
        table.add_column("mode")
        for name in ("rows read", "rows in table", "misfits"):
            table.add_column(name, justify="right")
        if result.failures:
            table.add_column("outcome")
        for stream, loaded in result.loaded.items():
            counts = (f"{number:,}" for number in (loaded.rows, loaded.total, loaded.misfits))
            outcome = ("complete" if loaded.complete else "incomplete",) if result.failures else ()
            table.add_row(stream, loaded.mode, *counts, *outcome)
        self.show(table)

    def show(self, renderable: Any) -> None:
        """Print a table, or something else that rich can draw, on standard output."""
        from rich.console import Console as RichConsole

        width = None if self.out.isatty() else 120
        RichConsole(file=ExitFile(self.out), width=width).print(renderable)  # type: ignore[arg-type]  # a text file


def counted(number: int, noun: str) -> str:
    """Give a number with its noun: "1 error", "2 errors"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


@contextlib.contextmanager
def human_session(*, after_interrupt: str = "") -> Iterator[Console]:
    """Run a verb for a person: an error is told without a traceback, and the exit code is 1.

    `after_interrupt` says what Ctrl-C or SIGTERM leaves; nothing by default.
    """
    console = Console()
    stopped = "; ".join(filter(None, ("stopped", after_interrupt)))
    with stoppable(lambda: console.err.text(f"{stopped}\n")):
        try:
            yield console
        except ManifestError as error:
            for diagnostic in error.diagnostics:
                console.diagnostics([diagnostic], Path(diagnostic.span.file))
            errors = sum(d.severity == "error" for d in error.diagnostics)
            console.err.text(f"{error.diagnostics[0].span.file} cannot be used: {counted(errors, 'error')}\n")
            sys.exit(1)
        except BrokenPipeError:
            sys.exit(141)
        except Exception as error:  # noqa: BLE001 - a traceback could hold data
            console.err.text(f"error: {as_told(error)}\n")
            sys.exit(1)
