from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from penstock.components.decoders import DECODER, tells_next_page
from penstock.components.decoders.json_decoder import JsonDecoder
from penstock.components.extractors.combined_extractor import CombinedExtractor
from penstock.components.extractors.response_to_file_extractor import ResponseToFileExtractor
from penstock.components.pagination import PAGINATION_RESET, PAGINATOR
from penstock.components.pagination.default_paginator import DefaultPaginator
from penstock.components.pagination.offset_increment import OffsetIncrement
from penstock.components.pagination.pagination_reset import PaginationReset
from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.components.requesters import REQUESTER, Requester
from penstock.components.retrievers import RETRIEVER
from penstock.components.selectors import RECORD_SELECTOR
from penstock.components.selectors.record_selector import RecordSelector
from penstock.expressions.compile import Scope
from penstock.expressions.scope import Slice, slice_scope
from penstock.http.request import NO_OPTIONS, HttpResponse, RequestOptions, combine
from penstock.lean import dataclass
from penstock.records.chunks import AsksForProperties, Properties, read_in_chunks
from penstock.records.cursor import Record
from penstock.records.pages import SINGLE_PAGE, Decode, Paginator, read_pages
from penstock.records.product import overlaid, product_of
from penstock.records.resets import ResetPolicy, read_with_resets
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
    pagination_reset: Buildable[ResetPolicy] | None = field(
        default=None,
        doc="What happens where an error handler says RESET_PAGINATION; by default pages start over, once.",
        slot=PAGINATION_RESET,
        implied="PaginationReset",
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

    def problems(self) -> Iterator[tuple[str, str]]:
        """Pages need a decoder that reads an answer whole."""
        if (
            isinstance(self.paginator, DefaultPaginator)
            and self.decoder
            and not tells_next_page(self.decoder)
        ):
            told = type(self.decoder).__name__
            yield "paginator", f"what a {told} reads has no pages; leave the `paginator` out"
        if isinstance(self.record_selector, RecordSelector):
            yield from self._problems_of(self.record_selector.extractor)
        reset, selector = self.pagination_reset, self.record_selector
        limited = isinstance(reset, PaginationReset) and reset.limits is not None
        if limited and isinstance(selector, RecordSelector) and selector.record_filter:
            message = "`limits` of `pagination_reset` cannot count what a `record_filter` drops"
            yield "pagination_reset", message

    def _problems_of(self, extractor: object) -> Iterator[tuple[str, str]]:
        """Extractors that need a page as a whole, or that make more records of it than the API counts."""
        if isinstance(extractor, ResponseToFileExtractor):
            yield "record_selector", "a ResponseToFileExtractor is for the downloads of an AsyncRetriever"
        if not isinstance(extractor, CombinedExtractor):
            return
        if self.decoder is not None and not tells_next_page(self.decoder):
            told = type(self.decoder).__name__
            yield "decoder", f"several extractors cannot share what a {told} reads"
        paginator = self.paginator
        counts = isinstance(paginator, DefaultPaginator) and isinstance(
            paginator.pagination_strategy, OffsetIncrement
        )
        if counts and extractor.mode == "union":
            yield "paginator", "the records of a CombinedExtractor are no offset; use `mode: first_match`"

    def build(self, using: Resources) -> Callable[[tuple[Transform, ...]], Retriever]:
        routers = (
            self.partition_router if isinstance(self.partition_router, list) else [self.partition_router]
        )
        router = product_of([r.build(using) for r in routers if r is not None])
        requester = self.requester.build(using)
        selector = self.record_selector.build(using)
        paginator = self.paginator.build(using) if self.paginator else SINGLE_PAGE
        decode = (self.decoder or JsonDecoder()).build(using)
        reset = self.pagination_reset.build(using) if self.pagination_reset else ResetPolicy()
        properties = requester.properties if isinstance(requester, AsksForProperties) else None
        return lambda transforms: _Retriever(
            self, using, router, requester, properties, selector(transforms), paginator, decode, reset
        )


@dataclass(frozen=True)
class _Retriever:
    declared: SimpleRetriever
    using: Resources
    router: Router | None
    requester: Requester
    properties: Properties | None
    selector: Selector
    paginator: Paginator
    decode: Decode
    reset: ResetPolicy

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        def read(part: Slice, limited: Callable[[Paginator], Paginator]) -> Iterator[list[Record]]:
            return self._read(part, test, limited(self.paginator))

        stream = self.using.stream
        return read_with_resets(read, self.reset, stream.cursor, slice_, stream.name)

    def _read(self, slice_: Slice, test: WindowTest | None, paginator: Paginator) -> Iterator[list[Record]]:
        slicer = self._slicer_options(slice_)
        first_page_only = self.declared.ignore_stream_slicer_parameters_on_paginated_requests

        first_page = slice_.first_page

        def fetch(token: Any, scope: Scope) -> HttpResponse:
            nonlocal first_page
            if first_page is not None:  # the parent's record held it
                known, first_page = first_page, None
                return HttpResponse(200, {"Content-Type": "application/json"}, known)
            own = NO_OPTIONS if first_page_only and token is not None else slicer
            options = combine([self.paginator.options(token), own])
            path = self.paginator.path(token)
            return self.requester.fetch(scope, options, path, streams=self.decode.streams)

        scope = {"config": self.using.config, "next_page_token": None, **slice_scope(slice_)}
        stream = self.using.stream.name

        def read(paginator: Paginator, variables: Scope) -> Iterator[list[Record]]:
            here = {**scope, **variables}
            return read_pages(
                fetch, self.decode, self.selector, paginator, here, test, stream, self.using.watch(stream)
            )

        if self.properties is not None:
            return read_in_chunks(read, self.properties, paginator, scope, stream)
        return read(paginator, {})

    def _slicer_options(self, slice_: Slice) -> RequestOptions:
        """What router and cursor put in; where both claim a key, the cursor has it."""
        router = self.router.options(slice_) if self.router else NO_OPTIONS
        cursor = self.using.stream.cursor
        window = cursor.options(slice_.cursor_slice) if cursor is not None else NO_OPTIONS
        return overlaid([router, window])
