from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.errors import ManifestError, StreamError
from penstock.expressions.scope import Slice
from penstock.http.request import HttpRequest, HttpResponse, RequestOptions
from penstock.records.pages import MOST_RECORDS
from penstock.records.stream import ParentsRead, Partition, Router
from penstock.testing.fakes import Fakes, component, json_response

BY_DAY = """
      incremental_sync:
        type: DatetimeBasedCursor
        cursor_field: at
        datetime_format: "%Y-%m-%d"
        start_datetime: "2024-01-01"
        end_datetime: "2024-01-10"
        step: P5D
        cursor_granularity: P1D
        start_time_option: {inject_into: request_parameter, field_name: since}
"""

BY_REGION = """
        partition_router:
          type: ListPartitionRouter
          cursor_field: region
          values: [eu, us]
          request_option: {inject_into: request_parameter, field_name: since}
"""
"""Regions stand in for windows in the request, so that one API serves both."""


def link(name: str, settings: str = "parent_key: id", router: str = "", cursor: str = "") -> str:
    """A parent stream at the path of its name; each of its records gives the partition `<name>_id`."""
    return f"""
  - {settings}
    partition_field: {name}_id
    request_option: {{inject_into: request_parameter, field_name: {name}}}
    stream:
      name: {name}
      retriever:
        requester: {{url: "https://api.example.com/{name}"}}
        record_selector: {{extractor: {{field_path: []}}}}{router}{cursor}
"""


def router(*links: str, answers: dict[str, Any], fakes: Fakes | None = None) -> Router:
    """The router over these parents. `answers` holds what the API gives, by path, or by path and `since`."""

    def send(request: HttpRequest) -> HttpResponse:
        path = request.url.rsplit("/", 1)[1]
        since = request.options.params.get("since")
        return json_response(answers.get(f"{path} {since}") or answers.get(path) or [])

    text = "type: SubstreamPartitionRouter\nparent_stream_configs:" + "".join(links)
    return component(text, PARTITION_ROUTER).build((fakes or Fakes()).resources(send=send))


def partitions(router: Router, saved: dict[str, Any] | None = None) -> list[Partition]:
    """The partitions, without the end of the parents."""
    return [part for part in router.partitions(saved or {}) if isinstance(part, Partition)]


@pytest.mark.parametrize(
    ("key", "records", "found"),
    [
        pytest.param("id", [{"id": 1}, {"id": "b"}], [1, "b"], id="a field, of any type"),
        pytest.param("owner/id", [{"owner": {"id": 1}}], [1], id="a field of an object"),
        pytest.param("ids/0", [{"ids": [7, 8]}], [7], id="an item of a list"),
        pytest.param("own*", [{"owner": 1}], [1], id="the one field that begins so"),
        pytest.param("id", [{"name": "x"}, {"id": 2}], [2], id="a record without it is passed"),
        pytest.param("id", [{"id": None}, {"id": 2}], [2], id="so is one that holds null"),
        pytest.param("id", [{"id": ""}, {"id": 0}], ["", 0], id="empty values are values"),
        pytest.param("id", [{"id": 1}, {"id": 1}], [1, 1], id="one that comes twice"),
        pytest.param("id", [], [], id="no records"),
    ],
)
def test_each_record_of_the_parent_is_a_partition(key: str, records: list[Any], found: list[Any]) -> None:
    """By the value at the parent's key. `parent_slice` tells which part of the parent it comes from."""
    teams = router(link("teams", f"parent_key: {key}"), answers={"teams": records})

    assert partitions(teams) == [Partition({"teams_id": value, "parent_slice": {}}) for value in found]


def test_several_parents_follow_one_another() -> None:
    """They are not multiplied; each names its own partition."""
    both = router(link("teams"), link("users"), answers={"teams": [{"id": 1}], "users": [{"id": 2}]})

    assert [part.key for part in partitions(both)] == [
        {"teams_id": 1, "parent_slice": {}},
        {"users_id": 2, "parent_slice": {}},
    ]


def test_a_parent_with_partitions_is_named_with_them() -> None:
    """So that equal ids of two parts of the parent stay apart."""
    teams = router(
        link("teams", router=BY_REGION), answers={"teams eu": [{"id": 1}], "teams us": [{"id": 1}, {"id": 2}]}
    )

    assert [part.key for part in partitions(teams)] == [
        {"teams_id": 1, "parent_slice": {"region": "eu"}},
        {"teams_id": 1, "parent_slice": {"region": "us"}},
        {"teams_id": 2, "parent_slice": {"region": "us"}},
    ]


def test_more_fields_of_the_parent_go_along() -> None:
    """Under their path with dots, null where they are missing. They are no part of the partition's name."""
    teams = router(
        link("teams", "parent_key: id\n    extra_fields: [[name], [owner, region]]"),
        answers={"teams": [{"id": 1, "name": "a", "owner": {"region": "eu"}}, {"id": 2}]},
    )

    assert [part.extra_fields for part in partitions(teams)] == [
        {"name": "a", "owner.region": "eu"},
        {"name": None, "owner.region": None},
    ]


@pytest.mark.parametrize(
    ("key", "params"),
    [
        pytest.param({"teams_id": 7}, {"teams": 7}, id="its own"),
        pytest.param({"users_id": "b"}, {"users": "b"}, id="that of another parent"),
        pytest.param({"teams_id": 0}, {}, id="zero is left out"),
        pytest.param({"teams_id": ""}, {}, id="so is an empty text"),
    ],
)
def test_the_partition_goes_into_the_request(key: dict[str, Any], params: dict[str, Any]) -> None:
    """Only of the parent that the partition comes from."""
    both = router(link("teams"), link("users"), answers={})

    assert both.options(Slice(key)) == RequestOptions(params=params)


def test_a_wildcard_key_must_lead_to_one_value() -> None:
    teams = router(link("teams", "parent_key: '*'"), answers={"teams": [{"a": 1, "b": 2}]})

    with pytest.raises(StreamError, match="leads to more than one place"):
        partitions(teams)


INCREMENTAL = "parent_key: id\n    incremental_dependency: true"
BY_WINDOW = {
    "teams 2024-01-01": [{"id": 1, "at": "2024-01-04"}],
    "teams 2024-01-06": [{"id": 2, "at": "2024-01-08"}, {"id": 3, "at": "2024-01-07"}],
}


def test_parents_that_changed_come_with_the_state_before_them() -> None:
    """A partition's `parent_state` covers the windows of the parent before its own; the last one covers all."""
    teams = router(link("teams", INCREMENTAL, cursor=BY_DAY), answers=BY_WINDOW)

    assert [(part.key["teams_id"], part.parent_state) for part in partitions(teams)] == [
        (1, {"teams": {"at": "2024-01-01"}}),
        (2, {"teams": {"at": "2024-01-04"}}),
        (3, {"teams": {"at": "2024-01-04"}}),
    ]
    assert list(teams.partitions({}))[-1] == ParentsRead({"teams": {"at": "2024-01-08"}})


def test_the_state_of_a_parent_is_its_furthest_record() -> None:
    """In whichever batch of a window it comes."""
    records = [{"id": 0, "at": "2024-01-09"}] + [{"id": 1, "at": "2024-01-07"}] * MOST_RECORDS
    teams = router(link("teams", INCREMENTAL, cursor=BY_DAY), answers={"teams 2024-01-06": records})

    assert list(teams.partitions({}))[-1] == ParentsRead({"teams": {"at": "2024-01-09"}})


def test_without_the_dependency_parents_are_read_whole_and_have_no_state() -> None:
    teams = router(link("teams", cursor=BY_DAY), answers=BY_WINDOW)

    saved = {"parent_state": {"teams": {"at": "2024-01-09"}}, "states": []}

    assert [(part.key["teams_id"], part.parent_state) for part in partitions(teams, saved)] == [
        (1, None),
        (2, None),
        (3, None),
    ]
    assert list(teams.partitions(saved))[-1] == ParentsRead({})


@pytest.mark.parametrize(
    ("saved", "since"),
    [
        pytest.param({}, "2024-01-01", id="no state"),
        pytest.param(
            {"parent_state": {"teams": {"at": "2024-01-07"}}, "states": [], "state": {"seen": "2024-01-03"}},
            "2024-01-07",
            id="its own",
        ),
        pytest.param(
            {"parent_state": {"users": {"at": "2024-01-07"}}, "states": [], "state": {"seen": "2024-01-08"}},
            "2024-01-08",
            id="that of all partitions, where it has none",
        ),
        pytest.param({"states": []}, "2024-01-01", id="no state of all"),
        pytest.param(
            {"parent_state": {"teams": {}}, "states": [], "state": {"seen": "2024-01-08"}},
            "2024-01-01",
            id="its own, though that is empty",
        ),
        pytest.param({"seen": "2024-01-09"}, "2024-01-09", id="that of a child not yet split"),
        pytest.param(
            {"__ab_no_cursor_state_message": True}, "2024-01-01", id="that of a child that had no cursor"
        ),
        pytest.param({"seen": "2024-01-09", "note": "x"}, "2024-01-01", id="one that is not clear"),
    ],
)
def test_a_parent_begins_where_the_state_says(saved: dict[str, Any], since: str) -> None:
    """The child's saved state holds that of its parents; an older one says at least how far the child is."""
    teams = router(link("teams", INCREMENTAL, cursor=BY_DAY), answers={f"teams {since}": [{"id": 1}]})

    [first, *_] = partitions(teams, saved)

    assert (first.key["teams_id"], first.parent_state) == (1, {"teams": {"at": since}})


def test_the_state_of_a_parent_with_partitions_tells_how_long_it_took() -> None:
    """A part of the parent that is new at the next run begins that much earlier: it may have been there already."""
    fakes = Fakes()
    teams = router(
        link(
            "teams",
            INCREMENTAL,
            router=BY_REGION,
            cursor=BY_DAY.replace("field_name: since", "field_name: s"),
        ),
        answers={"teams": [{"id": 1, "at": "2024-01-04"}]},
        fakes=fakes,
    )

    for part in teams.partitions({}):
        fakes.seconds += 10
        last = part

    assert isinstance(last, ParentsRead)
    assert last.parent_state["teams"]["state"] == {"at": "2024-01-04"}
    assert last.parent_state["teams"]["lookback_window"] == 40


DELEGATING = """
  - parent_key: id
    partition_field: teams_id
    incremental_dependency: DEPENDENCY
    stream:
      type: StateDelegatingStream
      name: teams
      full_refresh_stream:
        name: teams
        retriever:
          requester: {url: "https://api.example.com/export"}
          record_selector: {extractor: {field_path: []}}
      incremental_stream:
        name: teams
        retriever:
          requester: {url: "https://api.example.com/changes"}
          record_selector: {extractor: {field_path: []}}
""" + BY_DAY.replace("\n      ", "\n        ")


@pytest.mark.parametrize(
    ("dependency", "saved", "read"),
    [
        pytest.param("true", {}, "export", id="no state"),
        pytest.param("true", {"parent_state": {"teams": {"at": "2024-01-06"}}}, "changes", id="its own"),
        pytest.param("true", {"states": [], "state": {"seen": "2024-01-06"}}, "changes", id="that of all"),
        pytest.param("false", {"parent_state": {"teams": {"at": "2024-01-06"}}}, "export", id="not used"),
    ],
)
def test_a_parent_may_be_read_one_way_or_another(dependency: str, saved: dict[str, Any], read: str) -> None:
    """By its state, which the child's holds."""
    answers = {"export": [{"id": "export"}], "changes 2024-01-06": [{"id": "changes"}]}
    teams = router(DELEGATING.replace("DEPENDENCY", dependency), answers=answers)

    assert [part.key["teams_id"] for part in partitions(teams, saved)] == [read]


@pytest.mark.parametrize(
    ("saved", "pages"),
    [
        pytest.param({}, [{"data": [1]}, {}, {}], id="at first"),
        pytest.param({"seen": "2024-01-05"}, [None, None, None], id="but with a state it is requested"),
    ],
)
def test_a_parent_may_hold_the_first_page(saved: dict[str, Any], pages: list[Any]) -> None:
    """One that does not is as good as an empty page."""
    records = [{"id": 1, "lines": {"list": {"data": [1]}}}, {"id": 2}, {"id": 3, "lines": {"list": None}}]
    teams = router(
        link("teams", "parent_key: id\n    lazy_read_pointer: [lines, list]"), answers={"teams": records}
    )

    told = [part.first_page and json.loads(part.first_page) for part in partitions(teams, saved)]

    assert told == pages


def test_a_router_needs_a_parent() -> None:
    with pytest.raises(ManifestError, match="needs at least one parent"):
        component("{type: SubstreamPartitionRouter, parent_stream_configs: []}", PARTITION_ROUTER)
