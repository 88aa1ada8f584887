"""Error handlers: what an answer means, and whether it is worth asking again."""

from __future__ import annotations

from collections.abc import Callable

from penstock.http.retry import ErrorHandler, Origin, Outcome, Resolution
from penstock.registry import Kind, written_at

ResponseFilter = Callable[[Outcome], Resolution | None]
"""Gives a resolution for the outcomes it is meant for, None for the others."""

ERROR_HANDLER: Kind[ErrorHandler] = Kind(
    "error_handler", "Decides what to do about an answer.", custom="CustomErrorHandler"
)
RESPONSE_FILTER: Kind[ResponseFilter] = Kind(
    "response_filter", "Picks answers and says what to do about them."
)


def origin_of(component: object) -> Origin:
    """What to say of a component that decides."""
    return Origin(type(component).__name__, written_at(component))
