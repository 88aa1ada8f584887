from __future__ import annotations

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.expressions.scope import Slice
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.records.product import overlaid, product_of
from penstock.records.stream import Partition, Router
from penstock.testing.fakes import built


def list_router(name: str, values: str, parameter: str) -> Router:
    """A router over a list, whose value goes into a request parameter."""
    return built(
        f"""
        type: ListPartitionRouter
        cursor_field: {name}
        values: {values}
        request_option: {{inject_into: request_parameter, field_name: {parameter}}}
        """,
        PARTITION_ROUTER,
    )


def test_several_routers_give_every_combination() -> None:
    """In their order, the last one turning fastest."""
    router = product_of([list_router("team", "[a, b]", "team"), list_router("year", "['1', '2']", "year")])

    assert router is not None
    assert list(router.partitions({})) == [
        Partition({"team": "a", "year": "1"}),
        Partition({"team": "a", "year": "2"}),
        Partition({"team": "b", "year": "1"}),
        Partition({"team": "b", "year": "2"}),
    ]


def test_the_first_router_wins_a_key_of_the_partition() -> None:
    router = product_of([list_router("id", "[a]", "q"), list_router("id", "[b, c]", "q")])

    assert router is not None
    assert list(router.partitions({})) == [Partition({"id": "a"}), Partition({"id": "a"})]


def test_the_first_router_wins_a_place_in_the_request() -> None:
    router = product_of([list_router("team", "[a]", "q"), list_router("year", "['1']", "q")])

    assert router is not None
    assert router.options(Slice({"team": "a", "year": "1"})).params == {"q": "a"}


def test_each_router_puts_its_value_into_the_request() -> None:
    router = product_of([list_router("team", "[a]", "team"), list_router("year", "['1']", "year")])

    assert router is not None
    assert router.options(Slice({"team": "a", "year": "1"})).params == {"team": "a", "year": "1"}


def test_one_router_is_its_own_product_and_none_is_none() -> None:
    single = list_router("team", "[a]", "team")

    assert product_of([single]) is single
    assert product_of([]) is None


def test_a_router_without_values_leaves_no_combination() -> None:
    router = product_of([list_router("team", "[a]", "team"), list_router("year", "[]", "year")])

    assert router is not None
    assert list(router.partitions({})) == []


def test_the_later_of_two_options_has_a_key() -> None:
    """So that the cursor's window wins over a router; between parties that do not know each other it is an error."""
    router = RequestOptions({"from": "a", "team": "t"}, {"H": "1"}, {"f": "1"}, {"j": {"x": 1}})
    window = RequestOptions({"from": "b"}, {"H": "2"}, {"f": "2"}, {"j": {"y": 2}})

    assert overlaid([router, window]) == RequestOptions(
        {"from": "b", "team": "t"}, {"H": "2"}, {"f": "2"}, {"j": {"y": 2}}
    )
    assert overlaid([router, NO_OPTIONS]) is router
    assert overlaid([NO_OPTIONS]) is NO_OPTIONS
