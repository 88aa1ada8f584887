from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, cycle, islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.components.pagination import PAGINATOR
from penstock.components.selectors import RECORD_SELECTOR
from penstock.destinations.memory import MemoryDestination
from penstock.errors import PaginationLoopError, ResponseError
from penstock.http.request import HttpResponse
from penstock.records.pages import (
    MOST_BYTES,
    MOST_RECORDS,
    SINGLE_PAGE,
    Decode,
    LoopGuard,
    Page,
    Paginator,
    fingerprint,
    read_pages,
)
from penstock.records.stream import WindowTest
from penstock.testing.fake_api import FakeApi
from penstock.testing.fakes import built, json_response

ReadOrders = Callable[[str], MemoryDestination]

BY_CURSOR = """
type: DefaultPaginator
pagination_strategy: {type: CursorPagination, cursor_value: "{{ response['next'] }}"}
page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: after}
"""
BY_PAGE = """
type: DefaultPaginator
pagination_strategy: {type: PageIncrement, page_size: 2, start_from_page: 1}
page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
"""

PAGE_A, PAGE_B, EMPTY = [{"id": 1}, {"id": 2}], [{"id": 3}, {"id": 4}], list[Any]()


def page(items: list[Any], following: str | None) -> dict[str, Any]:
    return {"items": items, "next": following}


@pytest.mark.parametrize(
    ("answers", "requests"),
    [
        pytest.param([page(PAGE_A, "a")], 2, id="the same page and token for ever"),
        pytest.param([page(PAGE_A, "a"), page(PAGE_B, "a")], 3, id="from the second page on"),
        pytest.param([page(EMPTY, "a")], 3, id="an empty page and the same token for ever"),
        pytest.param(
            [page(PAGE_A, "a"), page(PAGE_A, "b"), page(PAGE_A, "c"), page(PAGE_A, "d")],
            3,
            id="the same page, though the tokens differ",
        ),
        pytest.param(
            [*(page([{"id": n}], "a") for n in range(5)), page(EMPTY, "a")],
            7,
            id="a scroll that does not say that it is over",
        ),
    ],
)
def test_pagination_that_does_not_advance_stops_within_three_requests(
    api: FakeApi, read_orders: ReadOrders, answers: list[Any], requests: int
) -> None:
    """Counted from the page that comes again. The error names stream, page and the path of the token."""
    api.in_turn("/orders", *answers)

    destination = read_orders(BY_CURSOR)

    (error,) = destination.errors["orders"]
    assert isinstance(error, PaginationLoopError)
    assert f"stream orders: pagination does not advance: after page {requests} " in error.message
    assert "(token: `cursor_value` at manifest.yaml:" in error.message
    assert error.message.endswith("to request_parameter after)")
    assert len(api.requests) == requests


def test_a_page_number_that_the_api_ignores_is_noticed(api: FakeApi, read_orders: ReadOrders) -> None:
    """A misspelt parameter gives page 1 again and again."""
    api.on("/orders", page(PAGE_A, None))

    destination = read_orders(BY_PAGE)

    (error,) = destination.errors["orders"]
    assert error.message == (
        "stream orders: pagination does not advance: after page 3 three pages in a row are equal "
        "(token: the page number to request_parameter page)"
    )
    assert len(api.requests) == 3


@pytest.mark.parametrize(
    ("answers", "ids"),
    [
        pytest.param(
            [page(PAGE_A, "scroll"), page(PAGE_B, "scroll"), page(EMPTY, None)],
            [1, 2, 3, 4],
            id="one token for a whole scroll",
        ),
        pytest.param(
            [page(PAGE_A, "scroll"), page(EMPTY, "scroll"), page(PAGE_B, None)],
            [1, 2, 3, 4],
            id="with a page in which nothing was found",
        ),
        pytest.param(
            [page(PAGE_A, "a"), page(PAGE_A, "b"), page(PAGE_B, None)],
            [1, 2, 1, 2, 3, 4],
            id="a page that came twice",
        ),
        pytest.param(
            [page(EMPTY, "a"), page(EMPTY, "b"), page(EMPTY, "c"), page(EMPTY, "d"), page(PAGE_A, None)],
            [1, 2],
            id="a long search for the first record",
        ),
        pytest.param(
            [page([{"id": 1}, {"id": n}, {"id": 9}], f"{n}") for n in (2, 3, 4, 5)] + [page(EMPTY, None)],
            [1, 2, 9, 1, 3, 9, 1, 4, 9, 1, 5, 9],
            id="pages that begin and end alike",
        ),
    ],
)
def test_an_honest_api_is_read_to_its_end(
    api: FakeApi, read_orders: ReadOrders, answers: list[Any], ids: list[int]
) -> None:
    api.in_turn("/orders", *answers)

    destination = read_orders(BY_CURSOR)

    assert destination.errors["orders"] == []
    assert [record["id"] for record in destination.records["orders"]] == ids


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), max_size=60))
def test_pages_that_all_differ_never_stop_a_stream(tokens: list[tuple[int, int]]) -> None:
    """However often a token comes again."""
    guard = LoopGuard("orders", "`cursor_value`")

    for number, (token, following) in enumerate(tokens):
        guard.check(token, following, fingerprint(b"", [{"id": number}]))


@given(st.integers(0, 20), st.integers(1, 20), st.booleans())
def test_every_circle_is_found_soon(before: int, length: int, empty: bool) -> None:
    """Within three times as many pages as there are, with or without records; never before one came again."""
    guard = LoopGuard("orders", "`cursor_value`")
    tokens = chain(range(before), cycle(range(before, before + length)))

    with pytest.raises(PaginationLoopError) as raised:
        for token, following in islice(pairwise(tokens), 3 * (before + length)):
            guard.check(token, following, b"" if empty else fingerprint(b"", [{"id": token}]))

    stopped_after = int(raised.value.message.partition("after page ")[2].split()[0])
    assert stopped_after > before + length


def read(
    answers: list[HttpResponse],
    *,
    paginator: Paginator = SINGLE_PAGE,
    test: WindowTest | None = None,
    settings: str = "",
) -> list[list[dict[str, Any]]]:
    """The batches of an API that gives these answers in turn, with these settings of the selector."""
    left = iter(answers)
    selector = built(
        f"{{type: RecordSelector, extractor: {{field_path: [items]}}, {settings}}}", RECORD_SELECTOR
    )
    return list(
        read_pages(
            lambda token, scope: next(left),
            Decode(lambda response: [response.json_or_empty]),
            selector(()),
            paginator,
            {"config": {}},
            test,
            "orders",
        )
    )


def test_an_error_that_is_ignored_ends_the_pages() -> None:
    """It holds no records, whatever it looks like, and nobody asks for its next page."""
    answers = [json_response(page(PAGE_A, "a")), json_response(page(PAGE_B, "b"), 404)]

    assert read(answers, paginator=built(BY_CURSOR, PAGINATOR)) == [PAGE_A]


def test_a_large_page_comes_in_batches() -> None:
    """So that masking and writing begin before all of it is selected."""
    items = [{"id": n} for n in range(2 * MOST_RECORDS + 1)]

    batches = read([json_response(page(items, None))])

    assert [len(batch) for batch in batches] == [MOST_RECORDS, MOST_RECORDS, 1]
    assert [record for batch in batches for record in batch] == items


def test_a_paginator_sees_what_was_found_and_what_was_kept() -> None:
    """`extracted` counts before the filter, `selected` after it; `last_record` is the last that was kept."""
    seen: list[Page] = []
    paginator = replace(SINGLE_PAGE, first=lambda scope: 7, next_token=lambda page, scope: seen.append(page))

    read(
        [json_response(page([{"id": 1}, {"id": 2}, {"id": 3}], "a"))],
        paginator=paginator,
        settings="record_filter: {condition: \"{{ record['id'] < 3 }}\"}",
    )

    (made,) = seen
    assert (made.extracted, made.selected, made.last_record, made.token) == (3, 2, {"id": 2}, 7)
    assert (made.scope()["last_page_size"], made.scope()["response"]["next"]) == (2, "a")


@pytest.mark.parametrize(
    ("ends_paging", "ids"),
    [
        pytest.param(True, [9, 8], id="newest first, a page that ends outside is the last"),
        pytest.param(False, [9, 8, 5], id="in any order, later pages may hold more"),
    ],
)
def test_records_outside_the_window_are_dropped(ends_paging: bool, ids: list[int]) -> None:
    """For an API that cannot filter by the cursor; the window here is all but 7."""
    answers = [
        json_response(page([{"id": 9}], "a")),
        json_response(page([{"id": 8}, {"id": 7}], "b")),
        json_response(page([{"id": 5}], None)),
    ]

    batches = read(
        answers,
        paginator=built(BY_CURSOR, PAGINATOR),
        test=WindowTest(lambda record: record["id"] != 7, ends_paging),
    )

    assert [record["id"] for batch in batches for record in batch] == ids


class Arriving:
    """A body that arrives in these pieces; notes which came, and that it was closed."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces
        self.given = 0
        self.closed = False

    def chunks(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if not piece:
                raise ResponseError("the answer broke off in the middle")
            self.given += 1
            yield piece

    def read(self) -> bytes:
        return b"".join(self.chunks())

    def close(self) -> None:
        self.closed = True


def streamed(
    body: Arriving, seen: list[Page] | None = None, status: int = 200
) -> Iterator[list[dict[str, Any]]]:
    """The batches of a streamed answer whose pieces are a record each."""
    paginator = replace(
        SINGLE_PAGE, next_token=lambda page, scope: None if seen is None else seen.append(page)
    )
    return read_pages(
        lambda token, scope: HttpResponse(status, {}, body),
        Decode(lambda response: ({"items": [{"size": len(p)}]} for p in response.chunks()), streams=True),
        built("{type: RecordSelector, extractor: {field_path: [items]}}", RECORD_SELECTOR)(()),
        paginator,
        {"config": {}},
        None,
        "orders",
    )


def test_a_streamed_page_is_read_as_it_is_taken() -> None:
    """A batch holds no more than arrived in one mebibyte, so a page may be larger than the memory."""
    body = Arriving([b"x" * (MOST_BYTES // 4)] * 10)
    batches = streamed(body)

    assert len(next(batches)) == 4
    assert body.given == 4
    assert [len(batch) for batch in batches] == [4, 2]


def test_a_streamed_page_has_batches_of_at_most_so_many_records() -> None:
    assert [len(batch) for batch in streamed(Arriving([b"x"] * (MOST_RECORDS + 1)))] == [MOST_RECORDS, 1]


def test_a_paginator_sees_nothing_of_a_streamed_page_but_its_records() -> None:
    """As in the reference runtime `response` is empty: the page is gone when the paginator is asked."""
    seen: list[Page] = []

    list(streamed(Arriving([b"x"] * 3), seen))

    (page_seen,) = seen
    assert (page_seen.body, page_seen.extracted) == ({}, 3)


def test_what_came_before_a_page_broke_off_is_given() -> None:
    body = Arriving([b"x", b"x", b""])
    batches = streamed(body)

    assert next(batches) == [{"size": 1}, {"size": 1}]
    with pytest.raises(ResponseError, match="broke off"):
        next(batches)
    assert body.closed


@pytest.mark.parametrize("taken", [1, 2], ids=["left in the middle", "read to its end"])
def test_the_connection_of_a_page_is_let_go(taken: int) -> None:
    body = Arriving([b"x"] * (MOST_RECORDS + 1))
    batches = streamed(body)
    for _ in range(taken):
        next(batches)
    next(batches, None) if taken == 2 else batches.close()  # type: ignore[attr-defined]  # it is a generator

    assert body.closed


def test_numbers_of_any_length_tell_pages_apart() -> None:
    """What the fast writer of JSON cannot write is no reason to stop."""
    assert fingerprint(b"", [{"id": 2**70}]) != fingerprint(b"", [{"id": 2**70 + 1}])
    assert fingerprint(b"", [{"id": "\ud800"}]) != fingerprint(b"", [{"id": "\ud801"}])
