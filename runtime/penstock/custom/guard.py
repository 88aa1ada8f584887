"""A hedge around custom code: what it prints is dropped, and its errors tell their kind and place, not their text."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from penstock.errors import PenstockError, StreamError
from penstock.http.retry import Interrupted
from penstock.http.transport import TransportFailure
from penstock.masking.exits import unlogged

T = TypeVar("T")

_OURS = (PenstockError, TransportFailure, Interrupted)
_END = object()


class Guard:
    """Runs calls of one custom class; `told` says which."""

    def __init__(self, told: str) -> None:
        self._told = told

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function of the custom code. Raises StreamError; errors of Penstock's own pass."""
        with unlogged():
            try:
                return function(*arguments)
            except _OURS:
                raise
            except Exception as error:  # noqa: BLE001 - it may raise anything, and its text may hold data
                raise self._failure(error) from None

    def over(self, instance: T, base: type) -> T:
        """The instance with this guard around every method of its base."""
        for name, _ in inspect.getmembers(base, inspect.isfunction):
            if not name.startswith("_") and name != "prepare":
                setattr(instance, name, self._guarded(getattr(instance, name)))
        return instance

    def _guarded(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def guarded(*arguments: Any) -> Any:
            made = self.call(method, *arguments)
            return self._each(made) if isinstance(made, Iterator) else made

        return guarded

    def _each(self, items: Iterator[Any]) -> Iterator[Any]:
        while (item := self.call(next, items, _END)) is not _END:
            yield item

    def _failure(self, error: Exception) -> StreamError:
        failure_type = getattr(getattr(error, "failure_type", None), "value", None)
        known = failure_type in {"system_error", "config_error", "transient_error"}
        return StreamError(
            f"custom code {self._told} failed: {type(error).__name__}{_line_of(error)}",
            hint="its message is not shown, because it may hold data; run that code under a debugger to see it",
            failure_type=failure_type if known else None,
        )


def _line_of(error: Exception) -> str:
    """The last line of the connector's own Python that the error passed."""
    from penstock.custom.library import MODULES

    place = ""
    frame = error.__traceback__
    while frame is not None:
        if str(frame.tb_frame.f_globals.get("__name__")).startswith(MODULES):
            place = f" at line {frame.tb_lineno}"
        frame = frame.tb_next
    return place
