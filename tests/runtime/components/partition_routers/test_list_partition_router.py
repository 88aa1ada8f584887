from __future__ import annotations

from typing import Any

import pytest

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.errors import ConfigError
from penstock.expressions.scope import Slice
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.records.stream import Partition
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("values", "found"),
    [
        pytest.param("[eu, us]", ["eu", "us"], id="a list"),
        pytest.param(
            "[\"{{ config['regions'] }}\"]", ["{{ config['regions'] }}"], id="its items are no templates"
        ),
        pytest.param("\"{{ config['regions'] }}\"", ["eu", "us"], id="a list of the config"),
        pytest.param("\"{{ config['numbers'] }}\"", [1, 2], id="values keep their type"),
        pytest.param("\"{{ 'a', 'b' }}\"", ["a", "b"], id="a tuple"),
        pytest.param("\"['a', 'b']\"", ["a", "b"], id="a list written as text"),
        pytest.param("ab", ["a", "b"], id="a text is its letters, a trap of the language"),
        pytest.param("\"{{ config['unset'] }}\"", [], id="what is not set has no values"),
        pytest.param("[]", [], id="an empty list"),
    ],
)
def test_each_value_is_a_partition(values: str, found: list[Any]) -> None:
    """In order; a value that comes twice is read twice."""
    router = built(
        f"{{type: ListPartitionRouter, cursor_field: region, values: {values}}}",
        PARTITION_ROUTER,
        regions=["eu", "us"],
        numbers=[1, 2],
    )

    assert list(router.partitions({})) == [Partition({"region": value}) for value in found]


def test_the_config_may_name_the_value() -> None:
    router = built(
        "{type: ListPartitionRouter, cursor_field: \"{{ config['key'] }}\", values: [eu]}",
        PARTITION_ROUTER,
        key="area",
    )

    assert list(router.partitions({})) == [Partition({"area": "eu"})]


@pytest.mark.parametrize(
    ("value", "options"),
    [
        pytest.param("eu", RequestOptions(headers={"Region": "eu"}), id="a value"),
        pytest.param("", NO_OPTIONS, id="an empty text is left out"),
        pytest.param(0, NO_OPTIONS, id="so is zero"),
        pytest.param(None, NO_OPTIONS, id="and a partition of another router"),
    ],
)
def test_the_value_goes_into_the_request(value: Any, options: RequestOptions) -> None:
    """Where the `request_option` says; it needs no type."""
    router = built(
        """
        type: ListPartitionRouter
        cursor_field: region
        values: [eu]
        request_option: {inject_into: header, field_name: Region}
        """,
        PARTITION_ROUTER,
    )

    assert router.options(Slice({"region": value})) == options


def test_without_an_option_the_value_only_feeds_templates() -> None:
    router = built("{type: ListPartitionRouter, cursor_field: region, values: [eu]}", PARTITION_ROUTER)

    assert router.options(Slice({"region": "eu"})) is NO_OPTIONS


def test_values_that_are_no_list_are_told() -> None:
    with pytest.raises(
        ConfigError, match="stream orders: `values` of ListPartitionRouter does not give a list"
    ):
        built(
            "{type: ListPartitionRouter, cursor_field: region, values: \"{{ config['count'] }}\"}",
            PARTITION_ROUTER,
            count=3,
        )
