"""What ends a verb from outside: Ctrl-C, and SIGTERM, which `kill`, platforms and container engines send."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def stoppable(told: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Let SIGTERM stop a verb as Ctrl-C does: `told` is called, and the exit code is 128 and the signal's number.

    Without this it would leave on disk what the verb holds there for a while, and would be nothing at all to the first
    process of a container, for which the kernel has no default.
    """
    heard: list[int] = []

    def stop(number: int, _: object) -> None:
        if not heard:  # a second one would only interrupt what clears up
            heard.append(number)
            raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, stop) if is_main else None
    try:
        yield
    except KeyboardInterrupt:
        told()
        sys.exit(128 + (heard[0] if heard else signal.SIGINT))
    finally:
        if is_main:
            signal.signal(signal.SIGTERM, before)
