from __future__ import annotations

from penstock.components.pagination import PAGINATION_STRATEGY, Strategy
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.resources import Resources
from penstock.registry import component


@component(PAGINATION_STRATEGY)
class CustomPaginationStrategy(CustomComponent):
    """Let a class of the connector's own tell the token of the next page."""

    class_name: str = class_name("components.EveryOtherPage")

    def build(self, using: Resources) -> Strategy:
        made = self.made(bases.PaginationStrategy, using)
        told = f"`next_token` of `{self.class_name}`"
        return Strategy(made.first(), made.next_token, made.page_size(), told)
