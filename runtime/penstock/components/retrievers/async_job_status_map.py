from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from penstock.components.retrievers import JOB_STATUSES
from penstock.records.jobs import Status
from penstock.registry import component, field


@component(JOB_STATUSES)
class AsyncJobStatusMap:
    """What the API's words for the state of a job mean."""

    running: list[str] = field(doc="The job is not done yet.", examples=(["queued", "in_progress"],))
    completed: list[str] = field(doc="Its results can be downloaded.", examples=(["done"],))
    failed: list[str] = field(doc="It failed, and is created again.", examples=(["error"],))
    timeout: list[str] = field(
        doc="It took too long, is aborted, and is created again.", examples=(["expired"],)
    )
    skipped: list[str] = field(
        default=[], doc="There is nothing to read for this slice.", examples=(["no_data"],)
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A word means one thing."""
        seen: set[str] = set()
        for name, words in self._by_status().items():
            if seen & set(words):
                yield name, f"a word of `{name}` has another meaning already"
            seen |= set(words)

    def build(self, using: Any) -> Mapping[str, Status]:
        return {word: status for status, words in self._by_status().items() for word in words}

    def _by_status(self) -> Mapping[Status, list[str]]:
        return {
            "running": self.running,
            "completed": self.completed,
            "failed": self.failed,
            "timeout": self.timeout,
            "skipped": self.skipped,
        }
