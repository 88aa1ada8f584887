from __future__ import annotations

from penstock.components.pagination import PAGINATOR
from penstock.records.pages import SINGLE_PAGE, Paginator
from penstock.records.resources import Resources
from penstock.registry import component


@component(PAGINATOR)
class NoPagination:
    """Ask once: one page holds all."""

    def build(self, using: Resources) -> Paginator:
        return SINGLE_PAGE
