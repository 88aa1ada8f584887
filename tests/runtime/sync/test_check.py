from __future__ import annotations

from collections.abc import Iterator

import pytest

from penstock.components.cursors import CURSOR
from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.errors import ConfigError, RequestError
from penstock.expressions.scope import Slice
from penstock.plan.compile import SourcePlan
from penstock.records.cursor import Record
from penstock.records.stream import StreamPlan
from penstock.sync.check import CheckResult, check
from penstock.testing.fakes import built
from penstock.testing.streams import stream


def source(*streams: StreamPlan, tried: tuple[str, ...] = ("orders",)) -> SourcePlan:
    return SourcePlan({plan.name: plan for plan in streams}, tried, concurrency=1)


def closed(slice_: Slice) -> Iterator[list[Record]]:
    raise RequestError("the shop is closed", hint="come back tomorrow")
    yield []


@pytest.mark.parametrize(
    ("plan", "result"),
    [
        pytest.param(source(stream()), CheckResult(succeeded=True), id="a stream without records works"),
        pytest.param(
            source(stream(batches=closed)),
            CheckResult(
                False, "stream orders is not available: the shop is closed\n  hint: come back tomorrow"
            ),
            id="a stream that fails does not",
        ),
        pytest.param(
            source(stream(), stream("people", closed)), CheckResult(succeeded=True), id="others are not tried"
        ),
        pytest.param(
            source(stream(), stream("people", closed), tried=("orders", "people")),
            CheckResult(
                False, "stream people is not available: the shop is closed\n  hint: come back tomorrow"
            ),
            id="each that the manifest names has to work",
        ),
        pytest.param(source(), CheckResult(False, "there is no stream to try"), id="no streams"),
        pytest.param(
            source(
                stream(
                    router=built(
                        "{type: ListPartitionRouter, values: [], cursor_field: region}", PARTITION_ROUTER
                    ),
                    cursor=built("{type: ColumnCursor, cursor_field: id}", CURSOR),
                )
            ),
            CheckResult(False, "stream orders is not available: it has no slice to read"),
            id="no slice",
        ),
    ],
)
def test_a_configuration_works_where_a_record_can_be_read(plan: SourcePlan, result: CheckResult) -> None:
    """The streams that the manifest names are tried; the first that fails says why."""
    assert check(plan) == result


def test_no_more_is_read_than_the_first_record_takes() -> None:
    """Batches that are empty are passed over; after one with records nothing more is asked."""
    asked: list[int] = []

    def batches(slice_: Slice) -> Iterator[list[Record]]:
        for number, batch in enumerate([[], [], [{"id": 1}], [{"id": 2}]]):
            asked.append(number)
            yield batch

    check(source(stream(batches=batches)))

    assert asked == [0, 1, 2]


def test_a_name_that_is_no_stream_is_a_fault_of_the_config() -> None:
    """The check itself cannot be made."""
    with pytest.raises(ConfigError, match="the manifest has no stream `order`"):
        check(source(stream(), tried=("order",)))
