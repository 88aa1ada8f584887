from __future__ import annotations

from collections.abc import Sequence

from penstock.components.backoff_strategies import BACKOFF_STRATEGY, Backoff
from penstock.components.error_handlers import ERROR_HANDLER, RESPONSE_FILTER, ResponseFilter, origin_of
from penstock.expressions.forms import Text, whole_number
from penstock.http.retry import DeclaredWait, ErrorHandler, Origin, Outcome, Resolution
from penstock.http.statuses import default_resolution
from penstock.lean import dataclass
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field

DEFAULT_RETRIES = 5


@component(ERROR_HANDLER)
class DefaultErrorHandler:
    """Ask the filters in order; the first that picks the answer decides, else its HTTP status does."""

    response_filters: list[Buildable[ResponseFilter]] = field(
        default=[],
        doc="Filters, the first match wins.",
        slot=RESPONSE_FILTER,
        implied="HttpResponseFilter",
    )
    max_retries: Text | None = field(
        default=None, doc="How often a request is sent again; 5 by default.", unit="attempts", examples=(3,)
    )
    backoff_strategies: list[Buildable[Backoff]] = field(
        default=[], doc="How long to wait before that; the first that knows wins.", slot=BACKOFF_STRATEGY
    )

    def build(self, using: Resources) -> ErrorHandler:
        retries = DEFAULT_RETRIES
        if self.max_retries is not None:
            retries = whole_number(self.max_retries({"config": using.config}), "`max_retries`")
        return _Handler(
            retries,
            tuple(f.build(using) for f in self.response_filters),
            tuple((b.build(using), origin_of(b)) for b in self.backoff_strategies),
        )


@dataclass(frozen=True, slots=True)
class _Handler:
    max_retries: int
    filters: Sequence[ResponseFilter]
    backoffs: Sequence[tuple[Backoff, Origin]]

    def resolve(self, outcome: Outcome) -> Resolution:
        for pick in self.filters:
            resolution = pick(outcome)
            if resolution is not None:
                return resolution
        return default_resolution(outcome)

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        for backoff, origin in self.backoffs:
            seconds = backoff(outcome, attempt)
            if seconds:
                return DeclaredWait(seconds, origin)
        return None
