"""How a sync is going: a bar for each stream on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from penstock.destinations import Destination, Part
from penstock.errors import PenstockError
from penstock.masking.batch import MaskedBatch
from penstock.masking.exits import Log
from penstock.records.stream import StreamPlan

Json = Any

SECONDS_BETWEEN_LINES = 10.0


class _Watched:
    """A destination that is watched; passes everything on."""

    def __init__(self, inner: Destination) -> None:
        self._inner = inner
        self.checkpoint_seconds = inner.checkpoint_seconds

    def started(self, plan: StreamPlan) -> None:
        self._inner.started(plan)

    def write(self, batch: MaskedBatch, part: Part) -> None:
        self._inner.write(batch, part)

    def settled(self, stream: str, part: Part) -> None:
        self._inner.settled(stream, part)

    def dropped(self, stream: str, part: Part) -> None:
        self._inner.dropped(stream, part)

    def checkpoint(self, stream: str, state: Mapping[str, Json]) -> None:
        self._inner.checkpoint(stream, state)

    def failed(self, stream: str, error: PenstockError) -> None:
        self._inner.failed(stream, error)

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        self._inner.finished(stream, state, complete=complete)


class ProgressLines(_Watched):
    """Logs how many records each stream has, every ten seconds and at its end."""

    def __init__(self, inner: Destination, log: Log) -> None:
        super().__init__(inner)
        self._log = log
        self._began: dict[str, float] = {}
        self._records: dict[str, int] = {}
        self._last: dict[str, float] = {}

    def started(self, plan: StreamPlan) -> None:
        self._log("INFO", f"stream {plan.name}: started")
        self._began[plan.name] = self._last[plan.name] = time.monotonic()
        self._records[plan.name] = 0
        super().started(plan)

    def write(self, batch: MaskedBatch, part: Part) -> None:
        super().write(batch, part)
        self._records[batch.stream] += len(batch.records)
        now = time.monotonic()
        if now - self._last[batch.stream] >= SECONDS_BETWEEN_LINES:
            self._last[batch.stream] = now
            self._log(
                "INFO", f"stream {batch.stream}: {self._told(batch.stream)}{part.label and f', {part.label}'}"
            )

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        super().finished(stream, state, complete=complete)
        self._log("INFO", f"stream {stream}: {'done' if complete else 'incomplete'}, {self._told(stream)}")

    def _told(self, stream: str) -> str:
        seconds = max(time.monotonic() - self._began[stream], 0.001)
        return f"{self._records[stream]:,} records, {self._records[stream] / seconds:,.0f} a second"


class ProgressBars(_Watched):
    """Shows a bar for each stream that is read: its records, its rate and the window it is at."""

    def __init__(self, inner: Destination, progress: Any) -> None:
        super().__init__(inner)
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def started(self, plan: StreamPlan) -> None:
        self._tasks[plan.name] = self._progress.add_task(plan.name, total=None, slice="", mark="")
        super().started(plan)

    def write(self, batch: MaskedBatch, part: Part) -> None:
        super().write(batch, part)
        self._progress.update(self._tasks[batch.stream], advance=len(batch.records), slice=part.label)

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        super().finished(stream, state, complete=complete)
        task = self._progress.tasks[self._tasks[stream]]
        self._progress.update(
            self._tasks[stream], total=task.completed or 1, completed=task.completed or 1, slice="",
            mark="[green]done" if complete else "[red]incomplete",
        )  # fmt: skip


def bars(file: Any) -> Any:
    """A rich Progress for ProgressBars that draws on `file`."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:>9,.0f}/s" if speed else "", style="progress.data.speed")

    return Progress(
        SpinnerColumn(finished_text=" "),
        TextColumn("[bold]{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.completed:>12,.0f} records"),
        Rate(),
        TextColumn("{task.fields[mark]} [dim]{task.fields[slice]}"),
        console=Console(file=file, force_terminal=True),
        refresh_per_second=8,
    )
