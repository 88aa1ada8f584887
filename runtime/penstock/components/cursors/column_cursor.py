from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from penstock.components.cursors import CURSOR
from penstock.expressions.forms import Text
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.lean import dataclass
from penstock.records.cursor import Cursor, Record, Window
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(CURSOR)
class ColumnCursor:
    """Read the rows of a database whose column has grown since the last time, in the column's order.

    Rows in which the column is null are read while nothing is saved yet, and not again.
    """

    cursor_field: str = field(
        doc="The column: a time of change, or a number that only grows.", examples=("updated_at",)
    )
    start_value: Text | None = field(
        default=None, doc="The least value of the first time; all rows by default.", examples=("2024-01-01",)
    )
    is_boundary_exclusive: bool = field(
        default=False,
        doc="Leave out rows that equal the saved value: right for a unique number, a loss for times that repeat.",
    )

    def build(self, using: Resources) -> Cursor:
        start = self.start_value({"config": using.config}) if self.start_value else None
        return _ColumnCursor(self.cursor_field, start, self.is_boundary_exclusive)


@dataclass(frozen=True, slots=True)
class _ColumnCursor:
    """Progress is `(value, saved)`: the value reached, and whether it was read already or is only the start."""

    field: str
    start: Any
    exclusive: bool
    ordered: bool = True
    one_for_all: bool = False
    filters_here: bool = False
    ends_paging: bool = False

    def open(self, saved: Mapping[str, Any]) -> tuple[Any, bool]:
        value = saved.get(self.field)
        return (self.start, False) if value is None else (value, True)

    def dump(self, progress: tuple[Any, bool]) -> Mapping[str, Any]:
        return {} if progress[0] is None else {self.field: progress[0]}

    def windows(self, progress: tuple[Any, bool]) -> Iterator[Window]:
        value, saved = progress
        yield {"start_value": value, "inclusive": not (saved and self.exclusive)}

    def highest(self, records: Sequence[Record]) -> Any:
        return next((r[self.field] for r in reversed(records) if r.get(self.field) is not None), None)

    def advance(self, progress: tuple[Any, bool], high: Any) -> tuple[Any, bool]:
        return (high, True)

    def close(self, progress: tuple[Any, bool], window: Window, high: Any) -> tuple[Any, bool]:
        return progress if high is None else (high, True)

    def options(self, window: Window) -> RequestOptions:
        return NO_OPTIONS

    def belongs(self, progress: tuple[Any, bool]) -> Callable[[Record], bool]:
        return lambda record: True

    def earlier(self, progress: tuple[Any, bool], seconds: int) -> tuple[Any, bool]:
        return progress
