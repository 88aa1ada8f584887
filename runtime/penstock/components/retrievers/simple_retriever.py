from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from penstock.components.decoders import DECODER
from penstock.components.decoders.json_decoder import JsonDecoder
from penstock.components.pagination import PAGINATOR
from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.components.requesters import REQUESTER, Requester
from penstock.components.retrievers import RETRIEVER
from penstock.components.selectors import RECORD_SELECTOR
from penstock.expressions.compile import Scope
from penstock.expressions.scope import Slice, slice_scope
from penstock.http.request import NO_OPTIONS, HttpResponse, RequestOptions, combine
from penstock.records.cursor import Record
from penstock.records.pages import SINGLE_PAGE, Decode, Paginator, read_pages
from penstock.records.product import overlaid, product_of
from penstock.records.resources import Resources
from penstock.records.select import Selector, Transform
from penstock.records.stream import Retriever, Router, WindowTest
from penstock.registry import Buildable, component, field


@component(RETRIEVER)
class SimpleRetriever:
    """Request a slice page by page and select its records."""

    requester: Buildable[Requester] = field(
        doc="What makes and sends the requests.", slot=REQUESTER, implied="HttpRequester"
    )
    record_selector: Buildable[Callable[[tuple[Transform, ...]], Selector]] = field(
        doc="What finds the records in an answer.", slot=RECORD_SELECTOR, implied="RecordSelector"
    )
    paginator: Buildable[Paginator] | None = field(
        default=None,
        doc="What asks for page after page; one page by default.",
        slot=PAGINATOR,
        implied="NoPagination",
    )
    decoder: Buildable[Decode] | None = field(
        default=None, doc="What reads the body of an answer; JSON by default.", slot=DECODER
    )
    partition_router: Buildable[Router] | list[Buildable[Router]] | None = field(
        default=None,
        doc="What splits the stream into partitions; several give every combination.",
        slot=PARTITION_ROUTER,
    )
    ignore_stream_slicer_parameters_on_paginated_requests: bool = field(
        default=False,
        doc="Leave out what partition router and cursor put into a request once there is a page token.",
    )

    def build(self, using: Resources) -> Callable[[tuple[Transform, ...]], Retriever]:
        routers = (
            self.partition_router if isinstance(self.partition_router, list) else [self.partition_router]
        )
        router = product_of([r.build(using) for r in routers if r is not None])
        requester = self.requester.build(using)
        selector = self.record_selector.build(using)
        paginator = self.paginator.build(using) if self.paginator else SINGLE_PAGE
        decode = (self.decoder or JsonDecoder()).build(using)
        return lambda transforms: _Retriever(
            self, using, router, requester, selector(transforms), paginator, decode
        )


@dataclass(frozen=True)
class _Retriever:
    declared: SimpleRetriever
    using: Resources
    router: Router | None
    requester: Requester
    selector: Selector
    paginator: Paginator
    decode: Decode

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        slicer = self._slicer_options(slice_)
        first_page_only = self.declared.ignore_stream_slicer_parameters_on_paginated_requests

        def fetch(token: Any, scope: Scope) -> HttpResponse:
            own = NO_OPTIONS if first_page_only and token is not None else slicer
            options = combine([self.paginator.options(token), own])
            return self.requester.fetch(scope, options, self.paginator.path(token))

        scope = {"config": self.using.config, "next_page_token": None, **slice_scope(slice_)}
        return read_pages(
            fetch, self.decode, self.selector, self.paginator, scope, test, self.using.stream.name
        )

    def _slicer_options(self, slice_: Slice) -> RequestOptions:
        """What router and cursor put in; where both claim a key, the cursor has it."""
        router = self.router.options(slice_) if self.router else NO_OPTIONS
        cursor = self.using.stream.cursor
        window = cursor.options(slice_.cursor_slice) if cursor is not None else NO_OPTIONS
        return overlaid([router, window])
