from __future__ import annotations

from collections import OrderedDict
from types import MappingProxyType
from typing import Any

import pytest

from penstock.errors import ResponseError
from penstock.expressions.compile import Scope
from penstock.records.cursor import Record
from penstock.records.select import Filter, Keep, Selector, Transform


def selector(
    record_filter: Filter | None = None,
    transforms: tuple[Transform, ...] = (),
    *,
    transform_first: bool = False,
) -> Selector:
    """A selector that takes elements as they are and casts nothing."""
    return Selector(lambda element: [element], record_filter, transforms, transform_first, None)


def is_small(scope: Scope) -> bool:
    small: bool = scope["record"]["n"] < 4
    return small


def double(record: Record, scope: Scope) -> None:
    assert scope["record"] is record
    record["n"] *= 2


def is_odd(record: Record) -> bool:
    odd: bool = record["n"] % 2 == 1
    return odd


@pytest.mark.parametrize(
    ("chosen", "keep", "left"),
    [
        pytest.param(selector(), None, [1, 2, 3, 4], id="nothing to do"),
        pytest.param(selector(), is_odd, [1, 3], id="the cursor's test alone"),
        pytest.param(selector(is_small), None, [1, 2, 3], id="the filter alone"),
        pytest.param(selector(is_small), is_odd, [1, 3], id="both"),
        pytest.param(selector(None, (double,)), is_odd, [2, 6], id="the test before the changes"),
        pytest.param(selector(is_small, (double,)), None, [2, 4, 6], id="the filter before the changes"),
        pytest.param(selector(is_small, (double,), transform_first=True), None, [2], id="or after them"),
        pytest.param(
            selector(None, (double,), transform_first=True), is_odd, [], id="and so the cursor's test"
        ),
        pytest.param(selector(None, (double, double)), None, [4, 8, 12, 16], id="changes come in order"),
    ],
)
def test_records_are_tested_and_changed_in_order(
    chosen: Selector, keep: Keep | None, left: list[int]
) -> None:
    """First the cursor's test, then the filter; the transformations before or after both."""
    records = chosen.select([{"n": n} for n in (1, 2, 3, 4)], {"config": {}}, keep)

    assert [record["n"] for record in records] == left


def test_records_are_cast_last() -> None:
    """So that what transformations make is cast too."""
    casting = Selector(
        lambda element: [element], None, (double,), False, lambda record: {"n": str(record["n"])}
    )

    assert casting.select([{"n": 1}], {}, None) == [{"n": "2"}]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(OrderedDict(n=1), id="an ordered one"),
        pytest.param(MappingProxyType({"n": 1}), id="a view"),
    ],
)
def test_any_mapping_is_a_record(record: Any) -> None:
    """Custom extractors may give such."""
    [made] = selector().select([record], {}, None)

    assert made == {"n": 1}
    assert isinstance(made, dict)


@pytest.mark.parametrize(
    ("record", "shape"),
    [
        pytest.param(["secret"], "a list", id="a list"),
        pytest.param("secret", "text", id="a text"),
        pytest.param(None, "null", id="nothing"),
    ],
)
def test_what_is_no_object_is_no_record(record: Any, shape: str) -> None:
    """The message tells the shape, never the value."""
    with pytest.raises(ResponseError, match=f"expected an object as a record, got .*{shape}") as raised:
        selector().select([record], {}, None)
    assert "secret" not in str(raised.value)
