from __future__ import annotations

from collections.abc import Iterator, Sequence

from penstock.components.error_handlers import ERROR_HANDLER
from penstock.http.retry import ErrorHandler, Outcome, Resolution
from penstock.lean import dataclass
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field

_FINAL = frozenset({"SUCCESS", "RETRY", "IGNORE", "RESET_PAGINATION"})


@component(ERROR_HANDLER)
class CompositeErrorHandler:
    """Ask several error handlers in order. One that says SUCCESS, RETRY or IGNORE decides; else the last one does."""

    error_handlers: list[Buildable[ErrorHandler]] = field(
        doc="The handlers, in the order in which they are asked.",
        slot=ERROR_HANDLER,
        implied="DefaultErrorHandler",
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one handler."""
        if not self.error_handlers:
            yield "error_handlers", "CompositeErrorHandler needs at least one handler"

    def build(self, using: Resources) -> ErrorHandler:
        handlers = tuple(handler.build(using) for handler in self.error_handlers)
        return _Handler(handlers[0].max_retries, handlers)


@dataclass(frozen=True, slots=True)
class _Handler:
    max_retries: int
    handlers: Sequence[ErrorHandler]

    def resolve(self, outcome: Outcome) -> Resolution:
        first, *rest = self.handlers
        resolution = first.resolve(outcome)
        for handler in rest:
            if resolution.action in _FINAL:
                break
            resolution = handler.resolve(outcome)
        return resolution

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        return next((seconds for h in self.handlers if (seconds := h.wait_seconds(outcome, attempt))), None)
