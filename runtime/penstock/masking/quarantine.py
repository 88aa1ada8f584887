"""Records that a policy puts aside, because they hold what it does not know: encrypted, in a file of their own."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penstock.errors import StreamError
from penstock.masking.batch import Record
from penstock.masking.sealing import Sealer

Json = Any


class Quarantine:
    """A file of JSON lines: stream, path, why, and the record under a key. Safe to use from any thread."""

    def __init__(self, path: str, sealer: Sealer) -> None:
        self._path = Path(path)
        self._sealer = sealer
        self._lock = threading.Lock()

    def opened(self, held: Mapping[str, Json]) -> Mapping[str, Json]:
        """The record of a line as it was. Raises ConfigError where its key is another."""
        return self._sealer.unseal(held)

    def put(self, stream: str, record: Record, path: str, why: str) -> None:
        """Put a record aside; it is on disk when this returns. Raises StreamError."""
        held = {"stream": stream, "path": path, "why": why, "record": self._sealer.seal(record)}
        line = json.dumps(held, separators=(",", ":")).encode() + b"\n"
        try:
            with self._lock:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                try:
                    os.write(file, line)
                    os.fsync(file)
                finally:
                    os.close(file)
        except OSError as error:
            raise StreamError(
                f"a record cannot be put aside: {error.strerror}", failure_type="config_error"
            ) from None
