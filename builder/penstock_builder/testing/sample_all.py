"""Short test reads of several streams, one after the other, in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from penstock.authoring import PenstockError, SampleLimits
from penstock_builder.testing.sample import TestRead

SHORT = SampleLimits(slices=3, pages=1, records=50, seconds=20.0)
"""Enough of a stream to see what its fields hold."""


class SampleAll:
    """Reads a little of each stream.

    `begin` starts the read of one; None where there is nothing to read. A PenstockError that it raises ends all.
    """

    def __init__(self, streams: Sequence[str], begin: Callable[[str], TestRead | None]) -> None:
        self.streams = tuple(streams)
        self._begin = begin
        self._done = 0
        self._running: TestRead | None = None
        self._cancelled = False
        self._problem: PenstockError | None = None
        self._thread = threading.Thread(target=self._run, name="penstock-sample-all", daemon=True)

    def start(self) -> SampleAll:
        """Begin."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Read no further."""
        self._cancelled = True
        if self._running is not None:
            self._running.cancel()

    def wait(self, seconds: float | None = None) -> None:
        """Return when it is over, or after so many seconds."""
        self._thread.join(seconds)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be read."""
        return not self._thread.is_alive()

    @property
    def problem(self) -> PenstockError | None:
        """What kept a read from beginning."""
        return self._problem

    @property
    def done(self) -> int:
        """How many streams are behind it."""
        return self._done

    @property
    def reading(self) -> str:
        """The stream that is being read; empty where none is."""
        return self.streams[self._done] if self._done < len(self.streams) and not self.is_over else ""

    def _run(self) -> None:
        for stream in self.streams:
            if self._cancelled:
                return
            try:
                self._running = self._begin(stream)
            except PenstockError as error:
                self._problem = error
                return
            if self._running is not None:
                if self._cancelled:
                    self._running.cancel()
                self._running.wait()
            self._done += 1
