from __future__ import annotations

from typing import Any

from penstock.components.pagination import PAGINATION_STRATEGY, Strategy
from penstock.expressions.compile import Scope
from penstock.expressions.forms import Text, whole_number
from penstock.records.pages import Page, page_is_short
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(PAGINATION_STRATEGY)
class OffsetIncrement:
    """Skip as many records as were read, until a page is empty or shorter than the page size."""

    page_size: Text | None = field(
        default=None,
        doc="Records in a full page.",
        unit="records",
        scope=("response",),
        examples=(100, "{{ config['page_size'] }}"),
    )
    inject_on_first_request: bool = field(
        default=False, doc="Send an offset of 0 with the first request too."
    )

    def build(self, using: Resources) -> Strategy:
        size = self.page_size

        def page_size(response: Any) -> int | None:
            if size is None:
                return None
            return whole_number(size({"config": using.config, "response": response}), "`page_size`")

        def next_offset(page: Page, scope: Scope) -> Any:
            full = page_size(page.body)
            if page.extracted == 0 or (full and page.extracted < full):
                return None
            return (page.token or 0) + page.extracted

        first = 0 if self.inject_on_first_request else None
        known = None if size is None or "response" in size.template.reads else page_size({})
        return Strategy(
            first,
            next_offset,
            known,
            "the offset",
            lambda page, scope: page_is_short(page, page_size(page.body)),
        )
