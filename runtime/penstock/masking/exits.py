"""Every way out of the process that is not a destination: standard output, standard error, temporary files.

Text passes the redactor on its way. Nothing else in Penstock opens a stream or a temporary file.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any, Literal, Protocol, TextIO, cast

from penstock.errors import DestinationError
from penstock.masking.redactor import Redactor

Level = Literal["FATAL", "ERROR", "WARN", "INFO", "DEBUG"]
"""The levels of the Airbyte protocol's LOG message."""


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
"""What a terminal obeys rather than shows; a new line and a tab are text."""


class Log(Protocol):
    """Says something to whoever watches the run. Implementations redact and are safe from any thread."""

    def __call__(self, level: Level, text: str) -> None: ...


class Exit:
    """One stream out of the process. `write` takes what is safe already; `text` redacts first."""

    def __init__(self, stream: IO[bytes], redactor: Redactor) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self.redactor = redactor

    def write(self, data: bytes) -> None:
        """Write bytes that hold no secret: records that are masked, messages that are redacted.

        Raises DestinationError where they cannot be written, BrokenPipeError where nobody reads them any more.
        """
        try:
            with self._lock:
                self._stream.write(data)
                self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise DestinationError(f"cannot write the output: {error.strerror}") from None

    def text(self, text: str) -> None:
        """Write redacted text. What would steer a terminal is shown in place of obeyed: names and messages are others'."""
        shown = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", self.redactor(text))
        self.write(shown.encode("utf-8", "backslashreplace"))

    def isatty(self) -> bool:
        """Tell whether a person watches this stream."""
        return self._stream.isatty()


class _Closed(io.RawIOBase):
    """What stands for a standard stream that this process was started without."""

    def write(self, data: object) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


class ExitFile:
    """A text file over an `Exit`, for libraries that print (the progress bar, the summary table)."""

    encoding = "utf-8"

    def __init__(self, exit_: Exit) -> None:
        self._exit = exit_

    def write(self, text: str) -> int:
        """Write redacted text; gives the number of characters taken."""
        self._exit.write(self._exit.redactor(text).encode("utf-8", "backslashreplace"))
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        """Tell whether a person watches this stream."""
        return self._exit.isatty()


def stdout(redactor: Redactor) -> Exit:
    """Standard output of this process."""
    return Exit(_bytes_of(sys.stdout), redactor)  # noqa: TID251 - the one place


def stderr(redactor: Redactor) -> Exit:
    """Standard error of this process."""
    return Exit(_bytes_of(sys.stderr), redactor)  # noqa: TID251 - the one place


def _bytes_of(stream: TextIO | None) -> IO[bytes]:
    return cast("IO[bytes]", _Closed()) if stream is None else cast("IO[bytes]", stream.buffer)


def line_log(exit_: Exit) -> Log:
    """A log of plain lines, such as `WARN  stream orders: waiting 2 s`, for a person or a file."""

    def log(level: Level, text: str) -> None:
        exit_.text(f"{level:<5} {text}\n")

    return log


_UNLOGGED: ContextVar[bool] = ContextVar("_UNLOGGED", default=False)


def keep_unlogged(loggers: Iterable[str]) -> None:
    """Let these loggers of a library be silent inside `unlogged`; what others use the library for is still logged."""
    import logging  # noqa: TID251 - the one place

    for name in loggers:
        logging.getLogger(name).addFilter(_may_be_logged)


@contextlib.contextmanager
def unlogged() -> Iterator[None]:
    """Keep back what a library would log of our data while it works for us."""
    token = _UNLOGGED.set(True)
    try:
        yield
    finally:
        _UNLOGGED.reset(token)


def _may_be_logged(record: object) -> bool:
    return not _UNLOGGED.get()


class _Unprinted:
    """Standard output or error that takes nothing inside `unlogged`."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return len(text) if _UNLOGGED.get() else self._stream.write(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


@contextlib.contextmanager
def foreign_code() -> Iterator[None]:
    """Let in code that is not ours: from now on it neither prints nor logs inside `unlogged`; our own exits do not change.

    Log handlers that it brings along, which may hold a way out of their own, are silent for good.
    """
    if not isinstance(sys.stdout, _Unprinted):  # noqa: TID251 - the one place
        sys.stdout = _Unprinted(sys.stdout)  # noqa: TID251 - same
    if not isinstance(sys.stderr, _Unprinted):  # noqa: TID251 - the one place
        sys.stderr = _Unprinted(sys.stderr)  # noqa: TID251 - same
    before = _log_handlers()
    for handler in before:
        handler.addFilter(_may_be_logged)
    try:
        yield
    finally:
        for handler in _log_handlers() - before:
            handler.addFilter(_is_never_logged)


def _log_handlers() -> set[Any]:
    """Every handler of every logger of this process."""
    import logging  # noqa: TID251 - the one place

    loggers = [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
    return {handler for logger in loggers for handler in getattr(logger, "handlers", ())}


def _is_never_logged(record: object) -> bool:
    return False


@contextlib.contextmanager
def private_directory() -> Iterator[Path]:
    """A temporary directory that only this user can read, gone on exit: the only place for raw data on disk."""
    path = Path(tempfile.mkdtemp(prefix="penstock-"))  # mode 0700
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
