from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.errors import ManifestError, StreamError
from penstock.expressions.scope import Slice
from penstock.http.request import RequestOptions
from penstock.records.stream import ParentsRead, Partition, Router, traits_of
from penstock.testing.fakes import Fakes, component, json_response


def letters(*values: str, field: str = "t", **more: Any) -> dict[str, Any]:
    """A router of these values."""
    return {"type": "ListPartitionRouter", "cursor_field": field, "values": list(values), **more}


def teams(name: str = "teams", **more: Any) -> dict[str, Any]:
    """A router of the records of a parent."""
    stream = {
        "name": name,
        "retriever": {
            "requester": {"url": f"https://api.example.com/{name}"},
            "record_selector": {"extractor": {"field_path": []}},
        },
    }
    link = {"parent_key": "id", "partition_field": "t", "extra_fields": [["name"]], "stream": stream, **more}
    return {"type": "SubstreamPartitionRouter", "parent_stream_configs": [link]}


def router(*routers: dict[str, Any], records: list[Any] | None = None) -> Router:
    """Their union; each parent gives these records."""
    text = {"type": "UnionPartitionRouter", "partition_field": "t", "partition_routers": list(routers)}
    using = Fakes(answers=[json_response(records or [])]).resources()
    return component(json.dumps(text), PARTITION_ROUTER).build(using)


def partitions(router: Router) -> list[Partition]:
    """The partitions, without the end of the parents."""
    return [part for part in router.partitions({}) if isinstance(part, Partition)]


def test_partitions_follow_one_another_each_value_once() -> None:
    """A number and its text are two values."""
    both = router(letters("a", "1"), teams(), records=[{"id": 1}, {"id": "a"}, {"id": 2}])

    assert [part.key for part in partitions(both)] == [{"t": "a"}, {"t": "1"}, {"t": 1}, {"t": 2}]


def test_the_value_alone_names_a_partition() -> None:
    """Where it comes from is told beside it, so that one value is one partition whichever router gives it."""
    [part] = partitions(router(teams(), letters(), records=[{"id": 1, "name": "A"}]))

    assert (part.key, part.extra_fields) == ({"t": 1}, {"parent_slice": {}, "name": "A"})


def test_the_states_of_all_parents_are_one() -> None:
    """What an earlier router's parents reached holds for the partitions of the later ones."""
    sentinel = {"__ab_no_cursor_state_message": True}
    both = router(
        teams("teams", incremental_dependency=True),
        teams("users", incremental_dependency=True),
        records=[{"id": 1}],
    )
    one, end = both.partitions({})

    assert isinstance(one, Partition)
    assert one.parent_state == {"teams": sentinel}
    assert end == ParentsRead({"teams": sentinel, "users": sentinel})
    assert traits_of(both).ancestors == {"teams", "users"}


def test_without_parents_there_is_no_state_of_them() -> None:
    assert all(isinstance(part, Partition) for part in router(letters("a"), letters("b")).partitions({}))


def test_unions_can_be_nested() -> None:
    inner = {
        "type": "UnionPartitionRouter",
        "partition_field": "t",
        "partition_routers": [letters("b"), letters("c")],
    }

    assert [part.key["t"] for part in partitions(router(letters("a", "b"), inner))] == ["a", "b", "c"]


def test_it_puts_nothing_into_requests() -> None:
    assert router(letters("a"), letters("b")).options(Slice({"t": "a"})) == RequestOptions()


OPTION = {"request_option": {"inject_into": "header", "field_name": "t"}}


@pytest.mark.parametrize(
    ("routers", "told"),
    [
        pytest.param([letters("a")], "`partition_routers` are two or more", id="one is no union"),
        pytest.param([letters("a"), {**letters("b"), **OPTION}], "have no `request_option`", id="an option"),
        pytest.param(
            [letters("a"), teams(request_option=OPTION["request_option"])],
            "have no `request_option`",
            id="an option of a parent",
        ),
        pytest.param(
            [letters("a"), letters("b", field="z")], "gives the `partition_field`", id="another field"
        ),
    ],
)
def test_unions_that_cannot_be_are_told_at_load(routers: list[Any], told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        router(*routers)


def test_values_that_cannot_be_compared_are_told() -> None:
    with pytest.raises(StreamError, match="a text or a number under its `partition_field`"):
        partitions(router(teams(), letters("a"), records=[{"id": [1]}]))
