"""A test read in the background: it begins at once, tells what it has whenever asked, and ends when cancelled."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from typing import Any

from penstock.authoring import Json, Manifest, Redactor, Sample, SampleLimits, Sampling, Send


class TestRead:
    """A test read of one stream. Its thread ends by itself, at the latest with the limits.

    `around` may answer instead of the network; `redactor` learns the secrets of the run. `settings` are further ones of
    a Sampling: `moment`, `key`, `waits`.
    """

    __test__ = False  # the name is a user's word, and pytest's
    _numbers = itertools.count(1)

    def __init__(
        self,
        manifest: Manifest,
        stream: str,
        config: Mapping[str, Json],
        saved: Mapping[str, Json] | None = None,
        limits: SampleLimits | None = None,
        *,
        around: Callable[[Send], Send] = lambda send: send,
        redactor: Redactor | None = None,
        **settings: Any,
    ) -> None:
        self.number = next(self._numbers)
        """No other read has it, in this process: an `id` comes again once its object is gone."""
        self._news = threading.Condition()
        self._version = 0
        self._told: tuple[int, Sample] | None = None
        self._ended = False
        self.sampling = Sampling(
            manifest,
            stream,
            config,
            saved,
            limits,
            around=around,
            redactor=redactor,
            changed=self._changed,
            **settings,
        )
        self._thread = threading.Thread(target=self._run, name="penstock-test-read", daemon=True)

    def start(self) -> TestRead:
        """Begin."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """End it: no further request is sent, and what there is stays."""
        self._ended = True
        self.sampling.cancel()

    def snapshot(self) -> Sample:
        """What there is so far. Without news since the last call it is the same object."""
        with self._news:
            version = self._version
        if self._told is None or self._told[0] != version:
            self._told = version, self.sampling.snapshot()
        return self._told[1]

    def wait(self, seconds: float | None = None) -> Sample:
        """What there is when it is over, or after so many seconds."""
        with self._news:
            self._news.wait_for(lambda: self._ended, seconds)
        return self.snapshot()

    def _run(self) -> None:
        try:
            self.sampling.run()
        finally:
            self._ended = True
            self._changed()

    def _changed(self) -> None:
        with self._news:
            self._version += 1
            self._news.notify_all()
