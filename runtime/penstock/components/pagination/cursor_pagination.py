from __future__ import annotations

from typing import Any

from penstock.components.pagination import PAGINATION_STRATEGY, Strategy
from penstock.expressions.compile import Scope
from penstock.expressions.forms import Condition, Text, whole_number
from penstock.records.pages import Page
from penstock.records.resources import Resources
from penstock.registry import component, field

SCOPE = (
    "headers",
    "last_page_size",
    "last_record",
    "page_size",
    "response",
    "stream_interval",
    "stream_partition",
    "stream_slice",
)


@component(PAGINATION_STRATEGY)
class CursorPagination:
    """Follow a token found in each answer until there is none."""

    cursor_value: Text = field(
        doc="The token of the next page; an empty one ends the stream.",
        scope=SCOPE,
        examples=(
            "{{ response['next'] }}",
            "{{ headers['link']['next']['url'] }}",
            "{{ last_record['id'] }}",
        ),
    )
    stop_condition: Condition | None = field(
        default=None, doc="Stop where this holds.", scope=SCOPE, examples=("{{ not response['has_more'] }}",)
    )
    page_size: Text | None = field(
        default=None, doc="Records in a full page.", unit="records", examples=(100,)
    )

    def build(self, using: Resources) -> Strategy:
        size = (
            whole_number(self.page_size({"config": using.config}), "`page_size`") if self.page_size else None
        )

        where = f"`cursor_value` at {self.cursor_value.template.span}"

        def names(page: Page, scope: Scope) -> Scope:
            return {**scope, **page.scope(), "page_size": size}

        def stops(here: Scope) -> bool:
            return self.stop_condition is not None and self.stop_condition(here)

        def next_token(page: Page, scope: Scope) -> Any:
            here = names(page, scope)
            return None if stops(here) else self.cursor_value(here)

        def why_last(page: Page, scope: Scope) -> str:
            return "`stop_condition` holds" if stops(names(page, scope)) else f"{where} is empty"

        return Strategy(None, next_token, size, where, why_last)
