"""What can go wrong, one class for each answer a caller can give.

PenstockError
├── ManifestError            the manifest cannot be used; carries every Diagnostic found
├── ConfigError              the user's config, catalog, state or key is missing or wrong
├── StreamError              one stream cannot be read; the others go on
│   ├── ExpressionError      a `{{ … }}` failed on this data
│   ├── RequestError         the API refused, or never answered
│   ├── ResponseError        the answer is not what the manifest says it is
│   ├── PaginationLoopError  the next page is the page just read
│   └── DatabaseError        the database refused, or never answered
└── DestinationError         the destination cannot take the records

Messages name places and shapes, never values: see `masking/shape.py`.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Literal

from penstock._version import DISTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from penstock.diagnostics import Diagnostic

FailureType = Literal["system_error", "config_error", "transient_error"]
"""Who can act: the connector's author, the user, or time (Airbyte protocol, `AirbyteErrorTraceMessage`)."""


class PenstockError(Exception):
    """Base of every error that is told to a person without a traceback."""

    failure_type: FailureType = "system_error"

    def __init__(self, message: str, *, hint: str = "", failure_type: FailureType | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if failure_type is not None:
            self.failure_type = failure_type

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class ManifestError(PenstockError):
    """The manifest cannot be used. `diagnostics` holds every problem found, in file order."""

    failure_type = "config_error"

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(d) for d in self.diagnostics))

    def __copy__(self) -> ManifestError:
        return ManifestError(self.diagnostics)


class ConfigError(PenstockError):
    """Something the user handed over is missing or wrong: config, catalog, state, masking key."""

    failure_type = "config_error"


class StreamError(PenstockError):
    """One stream cannot be read."""


class ExpressionError(StreamError):
    """An expression failed on the data it met."""


class RequestError(StreamError):
    """The API refused a request, or did not answer it in time."""


class ResponseError(StreamError):
    """An answer is too large, or not what the manifest promises."""


class PaginationLoopError(StreamError):
    """The next page would be the page just read."""


class DatabaseError(StreamError):
    """The database refused a statement, or did not answer in time."""


class DestinationError(PenstockError):
    """The destination cannot take the records; nothing already committed is touched."""


def as_told(error: Exception, redact: Callable[[str], str] = str) -> PenstockError:
    """The error as it may be told, redacted.

    Of one that is not ours only its kind and place, for it may hold data; of a library that is missing, its name.
    """
    if isinstance(error, PenstockError):
        told = copy(error)
        told.message, told.hint = redact(error.message), redact(error.hint)
        told.args = (told.message,)
        return told
    library = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if library.isidentifier() and not library.startswith("penstock"):
        return PenstockError(
            f"the Python library {redact(library)} is not installed here",
            hint=f"pip install '{DISTRIBUTION}[all]' brings all that Penstock uses; an image has only what a connector needs",
            failure_type="config_error",
        )
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" in {frame.tb_frame.f_globals.get('__name__')}, line {frame.tb_lineno}" if frame else ""
    return StreamError(
        f"an unexpected {type(error).__name__}{place}", hint="this is a fault of Penstock; please report it"
    )
