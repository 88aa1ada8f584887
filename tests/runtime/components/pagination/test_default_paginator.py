from __future__ import annotations

from collections.abc import Callable

import pytest

from penstock.components.pagination import PAGINATOR
from penstock.destinations.memory import MemoryDestination
from penstock.errors import ConfigError, StreamError
from penstock.http.request import NO_OPTIONS
from penstock.records.pages import Paginator
from penstock.testing.fake_api import FakeApi, Received
from penstock.testing.fakes import built


def paginator(options: str) -> Paginator:
    """A paginator over pages of 50."""
    return built(
        f"{{type: DefaultPaginator, pagination_strategy: {{type: PageIncrement, page_size: 50}}, {options}}}",
        PAGINATOR,
    )


@pytest.mark.parametrize(
    ("token", "params"),
    [
        pytest.param(None, {"limit": 50}, id="no token, on the first request"),
        pytest.param(0, {"page": 0, "limit": 50}, id="zero is a token"),
        pytest.param(3, {"page": 3, "limit": 50}, id="a token, before the page size"),
    ],
)
def test_the_page_size_goes_with_every_request(token: int | None, params: dict[str, int]) -> None:
    """A `page_size_option` without a type is a RequestOption."""
    made = paginator(
        """
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page},
        page_size_option: {inject_into: request_parameter, field_name: limit}
        """
    )

    assert dict(made.options(token).params) == params


def test_a_token_without_a_place_changes_nothing() -> None:
    """The manifest may put it into the request by `{{ next_page_token['next_page_token'] }}` itself."""
    made = paginator("")

    assert made.options(3) == NO_OPTIONS
    assert made.path(3) is None


@pytest.mark.parametrize(
    ("token", "path"),
    [
        pytest.param("/orders?page=2", "/orders?page=2", id="a path"),
        pytest.param("https://other.example.com/2", "https://other.example.com/2", id="a URL"),
        pytest.param(2, "2", id="a number counts as its text"),
        pytest.param(None, None, id="no token leaves the path to the requester"),
    ],
)
def test_a_token_may_be_the_path_of_the_next_page(token: str | int | None, path: str | None) -> None:
    made = paginator("page_token_option: {type: RequestPath}")

    assert made.path(token) == path
    assert made.options(token) == NO_OPTIONS


def orders(request: Received) -> dict[str, object]:
    """Those of five orders that `page` (from 1) or `offset`, and `limit`, choose."""
    limit = int(request.params.get("limit", 2))
    page = int(request.params.get("page", 1))
    offset = int(request.params.get("offset", (page - 1) * limit))
    return {"items": [{"id": n} for n in range(1, 6)][offset : offset + limit]}


@pytest.mark.parametrize(
    ("strategy", "token", "requests"),
    [
        pytest.param(
            "type: PageIncrement, page_size: 2, start_from_page: 1",
            "page",
            ["/orders?limit=2", "/orders?page=2&limit=2", "/orders?page=3&limit=2"],
            id="by page number",
        ),
        pytest.param(
            "type: PageIncrement, page_size: 2, start_from_page: 1, inject_on_first_request: true",
            "page",
            ["/orders?page=1&limit=2", "/orders?page=2&limit=2", "/orders?page=3&limit=2"],
            id="by page number from the first request on",
        ),
        pytest.param(
            "type: OffsetIncrement, page_size: 2",
            "offset",
            ["/orders?limit=2", "/orders?offset=2&limit=2", "/orders?offset=4&limit=2"],
            id="by offset",
        ),
        pytest.param(
            "type: OffsetIncrement, page_size: 2, inject_on_first_request: true",
            "offset",
            ["/orders?offset=0&limit=2", "/orders?offset=2&limit=2", "/orders?offset=4&limit=2"],
            id="by offset from the first request on",
        ),
    ],
)
def test_pages_are_asked_for_until_one_is_short(
    api: FakeApi,
    read_orders: Callable[[str], MemoryDestination],
    strategy: str,
    token: str,
    requests: list[str],
) -> None:
    api.on("/orders", orders)

    destination = read_orders(
        f"""
        type: DefaultPaginator
        pagination_strategy: {{{strategy}}}
        page_token_option: {{type: RequestOption, inject_into: request_parameter, field_name: {token}}}
        page_size_option: {{inject_into: request_parameter, field_name: limit}}
        """
    )

    assert api.paths() == requests
    assert [record["id"] for record in destination.records["orders"]] == [1, 2, 3, 4, 5]


def test_without_a_page_size_the_last_request_finds_nothing(
    api: FakeApi, read_orders: Callable[[str], MemoryDestination]
) -> None:
    """A short page proves nothing where nobody knows how long a full one is."""
    api.on("/orders", orders)

    read_orders(
        """
        type: DefaultPaginator
        pagination_strategy: {type: OffsetIncrement}
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: offset}
        """
    )

    assert api.paths() == ["/orders", "/orders?offset=2", "/orders?offset=4", "/orders?offset=5"]


def test_links_are_followed_with_the_parameters_of_the_requester(
    api: FakeApi, read_orders: Callable[[str], MemoryDestination]
) -> None:
    """What the link carries already, with this very value, is not sent twice."""
    api.in_turn(
        "/orders",
        {"items": [{"id": 1}], "next": f"{api.url}/orders?limit=1&after=1"},
        {"items": [{"id": 2}], "next": "/orders?after=2"},
        {"items": [{"id": 3}]},
    )

    destination = read_orders(
        """
        type: DefaultPaginator
        pagination_strategy: {type: CursorPagination, cursor_value: "{{ response['next'] }}", page_size: 1}
        page_token_option: {type: RequestPath}
        page_size_option: {inject_into: request_parameter, field_name: limit}
        """
    )

    assert api.paths() == ["/orders?limit=1", "/orders?limit=1&after=1", "/orders?after=2&limit=1"]
    assert [record["id"] for record in destination.records["orders"]] == [1, 2, 3]


def test_a_page_size_option_needs_a_page_size() -> None:
    with pytest.raises(
        ConfigError, match="stream orders: `page_size_option` needs a strategy with a `page_size`"
    ):
        built(
            """
            type: DefaultPaginator
            pagination_strategy: {type: PageIncrement}
            page_size_option: {inject_into: request_parameter, field_name: limit}
            """,
            PAGINATOR,
        )


@pytest.mark.parametrize(
    ("place", "clash"),
    [
        pytest.param(
            "inject_into: request_parameter, field_name: page", "request parameter `page`", id="parameter"
        ),
        pytest.param("inject_into: body_json, field_path: [data, page]", "body field `data.page`", id="body"),
    ],
)
def test_token_and_page_size_need_places_of_their_own(place: str, clash: str) -> None:
    """Said before the first request, not when the second page is asked for."""
    with pytest.raises(StreamError, match=f"the {clash} is set twice"):
        paginator(f"page_token_option: {{type: RequestOption, {place}}}, page_size_option: {{{place}}}")
