"""An answer that an API holds back until the test lets it go."""

from __future__ import annotations

import threading
from typing import Any

from penstock.testing.fake_api import Received

Json = Any

ENOUGH_SECONDS = 60
"""Only what hangs takes so long."""


class Held:
    """A handler of a FakeApi: the first requests get the answers `before`, in turn; `answer` waits for `let_go`.

    `asked` is set once that answer is awaited; `is_sent` tells whether it went out, be it that nobody let it go in time.
    """

    def __init__(self, answer: Json, *before: Json) -> None:
        self.asked = threading.Event()
        self.is_sent = False
        self._answer = answer
        self._before = list(before)
        self._go = threading.Event()

    def __call__(self, request: Received) -> Json:
        if self._before:
            return self._before.pop(0)
        self.asked.set()
        self._go.wait(ENOUGH_SECONDS)
        self.is_sent = True
        return self._answer

    def let_go(self) -> None:
        """Send it."""
        self._go.set()
