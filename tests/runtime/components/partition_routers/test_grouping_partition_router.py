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

LETTERS = {"type": "ListPartitionRouter", "cursor_field": "t", "values": ["a", "b", "a", "c", "d"]}
TEAMS = {
    "type": "SubstreamPartitionRouter",
    "parent_stream_configs": [
        {
            "parent_key": "id",
            "partition_field": "t",
            "extra_fields": [["name"]],
            "incremental_dependency": True,
            "stream": {
                "name": "teams",
                "retriever": {
                    "requester": {"url": "https://api.example.com/teams"},
                    "record_selector": {"extractor": {"field_path": []}},
                },
            },
        }
    ],
}


def router(underlying: dict[str, Any], *records: dict[str, Any], **settings: Any) -> Router:
    """Groups of two; the parent gives these records."""
    text = {"type": "GroupingPartitionRouter", "group_size": 2, "underlying_partition_router": underlying}
    using = Fakes(answers=[json_response(list(records))]).resources()
    return component(json.dumps({**text, **settings}), PARTITION_ROUTER).build(using)


def keys(router: Router) -> list[Any]:
    """The keys of the partitions."""
    return [part.key for part in router.partitions({}) if isinstance(part, Partition)]


@pytest.mark.parametrize(
    ("settings", "groups"),
    [
        pytest.param({}, [["a", "b"], ["c", "d"]], id="each value once"),
        pytest.param({"deduplicate": False}, [["a", "b"], ["a", "c"], ["d"]], id="or as often as it comes"),
        pytest.param({"group_size": 3}, [["a", "b", "c"], ["d"]], id="the last group is smaller"),
        pytest.param({"group_size": 9}, [["a", "b", "c", "d"]], id="one group"),
    ],
)
def test_partitions_are_taken_together(settings: dict[str, Any], groups: list[list[str]]) -> None:
    """The partition's value is the list of theirs."""
    assert keys(router(LETTERS, **settings)) == [{"t": group} for group in groups]


def test_whatever_else_a_partition_has_is_a_list_too() -> None:
    """Where it comes from, and its extra fields; the parents' state is that before the first of the group."""
    grouped = router(TEAMS, {"id": 1, "name": "A"}, {"id": 2, "name": "B"}, {"id": 3, "name": "C"})

    first, second, end = grouped.partitions({})

    assert first == Partition(
        {"t": [1, 2], "parent_slice": [{}, {}]},
        {"name": ["A", "B"]},
        {"teams": {"__ab_no_cursor_state_message": True}},
    )
    assert isinstance(second, Partition)
    assert second.key == {"t": [3], "parent_slice": [{}]}
    assert isinstance(end, ParentsRead)


def test_what_a_partition_does_not_have_is_null() -> None:
    """Partitions of a union differ in what comes along."""
    union = {
        "type": "UnionPartitionRouter",
        "partition_field": "t",
        "partition_routers": [{**LETTERS, "values": ["a"]}, TEAMS],
    }

    [group] = [
        part for part in router(union, {"id": 1, "name": "A"}).partitions({}) if isinstance(part, Partition)
    ]

    assert group.key == {"t": ["a", 1]}
    assert group.extra_fields == {"parent_slice": [None, {}], "name": [None, "A"]}


def test_one_position_stands_for_all_groups() -> None:
    """A group of the next run holds others. The parents are those of the router inside."""
    traits = traits_of(router(TEAMS))

    assert (traits.one_for_all, traits.ancestors) == (True, frozenset({"teams"}))


def test_it_puts_nothing_into_requests() -> None:
    assert router(LETTERS).options(Slice({"t": ["a", "b"]})) == RequestOptions()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"group_size": 0}, "`group_size` is one or more", id="no room"),
        pytest.param(
            {
                "underlying_partition_router": {
                    **LETTERS,
                    "request_option": {"inject_into": "header", "field_name": "t"},
                }
            },
            "a router that is grouped has no `request_option`",
            id="a router that puts its value into requests",
        ),
    ],
)
def test_groups_that_cannot_be_are_told_at_load(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        router(LETTERS, **settings)


def test_values_that_cannot_be_compared_are_told() -> None:
    """Such as objects: whether they came already would be a guess."""
    with pytest.raises(StreamError, match="has one value, a text or a number"):
        keys(router(TEAMS, {"id": {"a": 1}}))
    assert keys(router(TEAMS, {"id": {"a": 1}}, deduplicate=False)) == [
        {"t": [{"a": 1}], "parent_slice": [{}]}
    ]
