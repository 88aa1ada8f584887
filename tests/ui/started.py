"""The builder as its command starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PENSTOCK = str(Path(sys.executable).with_name("penstock"))
_STARTS_WITHIN_SECONDS = 60


@contextmanager
def penstock_ui(*arguments: str) -> Iterator[str]:
    """The address of `penstock ui` with some arguments, which listens until the block ends."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = int(bound.getsockname()[1])
    process = subprocess.Popen(
        [PENSTOCK, "ui", *arguments, "--no-browser", "--port", str(port)],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + _STARTS_WITHIN_SECONDS
        while time.monotonic() < end and not _listens(port):
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0
