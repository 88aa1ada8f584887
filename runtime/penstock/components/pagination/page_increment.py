from __future__ import annotations

from typing import Any

from penstock.components.pagination import PAGINATION_STRATEGY, Strategy
from penstock.expressions.compile import Scope
from penstock.expressions.forms import Text, whole_number
from penstock.records.pages import Page, page_is_short
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(PAGINATION_STRATEGY)
class PageIncrement:
    """Count pages up until one is empty or shorter than the page size."""

    page_size: Text | None = field(
        default=None, doc="Records in a full page.", unit="records", examples=(100,)
    )
    start_from_page: int = field(default=0, doc="The number of the first page.", examples=(1,))
    inject_on_first_request: bool = field(
        default=False, doc="Send the page number with the first request too."
    )

    def build(self, using: Resources) -> Strategy:
        size = (
            whole_number(self.page_size({"config": using.config}), "`page_size`") if self.page_size else None
        )

        def next_page(page: Page, scope: Scope) -> Any:
            if page.extracted == 0 or (size and page.extracted < size):
                return None
            return (self.start_from_page if page.token is None else page.token) + 1

        first = self.start_from_page if self.inject_on_first_request else None
        return Strategy(
            first, next_page, size, "the page number", lambda page, scope: page_is_short(page, size)
        )
