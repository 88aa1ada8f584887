"""Pagination: which page comes after the one just read, and how to ask for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.expressions.compile import Scope
from penstock.lean import dataclass
from penstock.records.pages import Page, Paginator, WhyLast, no_token
from penstock.records.resets import ResetPolicy
from penstock.registry import Kind


@dataclass(frozen=True, slots=True)
class Strategy:
    """A built pagination strategy. `first` is the token of the first page, None for none.

    `next_token` gives the token of the page after the one just read, something falsy after the last; `why_last` says
    why there is none.
    """

    first: Any
    next_token: Callable[[Page, Scope], Any]
    page_size: int | None
    token_path: str
    why_last: WhyLast = no_token


PAGINATION_STRATEGY: Kind[Strategy] = Kind(
    "pagination_strategy", "Tells the token of the next page.", custom="CustomPaginationStrategy"
)
PAGINATION_RESET: Kind[ResetPolicy] = Kind("pagination_reset", "What a reset of the pages does.")
PAGINATION_LIMITS: Kind[int | None] = Kind("pagination_limits", "How far the pages of an API go.")
PAGINATOR: Kind[Paginator] = Kind("paginator", "Asks for page after page.")
