from __future__ import annotations

from typing import Any

from penstock.components.pagination import PAGINATION_STRATEGY, PAGINATOR, Strategy
from penstock.components.requesters import REQUEST_OPTION, Injection
from penstock.errors import ConfigError
from penstock.http.request import NO_OPTIONS, RequestOptions, combine
from penstock.records.pages import Paginator
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(PAGINATOR)
class DefaultPaginator:
    """Follow a strategy from page to page, putting token and page size where the API wants them."""

    pagination_strategy: Buildable[Strategy] = field(
        doc="What tells the token of the next page.", slot=PAGINATION_STRATEGY
    )
    page_token_option: Buildable[Injection] | None = field(
        default=None, doc="Where the token goes.", slot=REQUEST_OPTION
    )
    page_size_option: Buildable[Injection] | None = field(
        default=None, doc="Where the page size goes.", slot=REQUEST_OPTION, implied="RequestOption"
    )

    def build(self, using: Resources) -> Paginator:
        strategy = self.pagination_strategy.build(using)
        token_option = self.page_token_option.build(using) if self.page_token_option else None
        size = NO_OPTIONS
        if self.page_size_option is not None:
            if not strategy.page_size:
                raise ConfigError(
                    f"stream {using.stream.name}: `page_size_option` needs a strategy with a `page_size`"
                )
            size = self.page_size_option.build(using).options(strategy.page_size)
        if token_option is not None:
            combine([token_option.options(object()), size])  # a clash is told now, not after the first page

        def options(token: Any) -> RequestOptions:
            if token is None or token_option is None or token_option.is_path:
                return size
            return combine([token_option.options(token), size])

        def path(token: Any) -> str | None:
            return str(token) if token and token_option is not None and token_option.is_path else None

        where = f"{strategy.token_path} to {token_option.words}" if token_option else strategy.token_path
        return Paginator(
            lambda scope: strategy.first, strategy.next_token, options, path, where, strategy.why_last
        )
