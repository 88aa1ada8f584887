"""Partition routers, their parents and the state of these, read by airbyte-cdk and by Penstock."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.differential import Both
from tests.conformance.streams_text import days, manifest, parent, steady, stream, values

from penstock.testing.fake_api import FakeApi, Received

Json = Any

PLAIN = stream("teams")
CHANGED = stream("teams", sync=days("step: P15D, cursor_granularity: P1D"))
"""A parent that tells what changed, in two windows."""


def routes(api: FakeApi) -> None:
    """Teams that changed early and late in January; the orders say what they were asked."""

    def teams(request: Received) -> Json:
        since = request.params.get("since", "2024-01-01")
        early = [
            {"id": 1, "name": "A", "o": {"k": 1}, "at": "2024-01-03"},
            {"id": 2, "name": "B", "at": "2024-01-04"},
            {"id": 1, "name": "C", "at": "2024-01-05"},
        ]
        return early if since < "2024-01-10" else [{"id": 9, "name": "Z", "at": "2024-01-22"}]

    api.on("/teams", teams)
    api.on("/orders", [{"id": 1, "at": "2024-01-25"}])


TOLD = (
    'transformations: [{type: AddFields, fields: [{path: [told], value: "'
    "{{ stream_slice['team'] }} of {{ stream_slice.extra_fields | dictsort }}"
    '"}]}]'
)


def grouped(router: str, size: int = 2, more: str = "") -> str:
    """Partitions of a router taken together."""
    text = f"type: GroupingPartitionRouter, group_size: {size}, underlying_partition_router: {router}"
    return f"{{{text}{', ' + more if more else ''}}}"


def united(*routers: str) -> str:
    """Partitions of several routers."""
    return f"{{type: UnionPartitionRouter, partition_field: team, partition_routers: [{', '.join(routers)}]}}"


EXTRA = "extra_fields: [[name], [o, k]]"
DEPENDENT = f"incremental_dependency: true, {EXTRA}"
LIST = values("a", "b", "a", "c", "d", option=False)
SOME = values('"1"', "b", '"9"', option=False)
OTHER = "{type: ListPartitionRouter, cursor_field: other, values: [q, r]}"

ROUTERS = {
    "a list": values("a", "b", "a"),
    "parents": parent(PLAIN, EXTRA),
    "parents that changed": parent(CHANGED, DEPENDENT),
    "a group of a list": grouped(LIST),
    "a group with repetitions": grouped(LIST, more="deduplicate: false"),
    "groups of one": grouped(LIST, 1),
    "a group of parents": grouped(parent(PLAIN, EXTRA, option=False)),
    "a group of parents that changed": grouped(parent(CHANGED, DEPENDENT, option=False)),
    "a group of nothing": grouped(LIST, 0),
    "a group with an option": grouped(values("a")),
    "a group among others": f"[{grouped(LIST)}, {OTHER}]",
    "a union": united(SOME, parent(PLAIN, EXTRA, option=False)),
    "a union with parents that changed": united(parent(CHANGED, DEPENDENT, option=False), SOME),
    "a union in a union": united(SOME, united(LIST, parent(PLAIN, EXTRA, option=False))),
    "a group of a union": grouped(united(SOME, parent(PLAIN, EXTRA, option=False))),
    "a union of one": united(SOME),
    "a union with an option": united(SOME, values("a")),
    "a union of another field": united(SOME, OTHER),
}


@pytest.mark.parametrize(
    "sync", ["", days(), days("global_substream_cursor: true")], ids=["", "cursor", "for all"]
)
@pytest.mark.parametrize("router", ROUTERS)
def test_partitions(both: Both, api: FakeApi, router: str, sync: str) -> None:
    """Requests, records that tell of their slice, and states."""
    routes(api)

    theirs, ours = both.read(
        api,
        manifest(stream(sync=sync, router=ROUTERS[router], more=TOLD)),
        streams=["orders"],
        incremental=True,
    )

    assert steady(ours) == steady(theirs)


KNOWN = [{"partition": {"parent_slice": {}, "team": 1}, "cursor": {"at": "2024-01-11"}}]
SAVED = {"use_global_cursor": False, "states": KNOWN, "state": {"at": "2024-01-20"}, "lookback_window": 1}


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param({**SAVED, "parent_state": {"teams": {"at": "2024-01-04"}}}, id="its own"),
        pytest.param(SAVED, id="none: that of all partitions"),
        pytest.param({**SAVED, "parent_state": {}}, id="an empty one"),
        pytest.param({**SAVED, "parent_state": {"teams": {}}}, id="its own, empty"),
        pytest.param({**SAVED, "parent_state": {"other": {"at": "2024-01-09"}}}, id="that of another"),
        pytest.param(
            {**SAVED, "parent_state": {"teams": {"__ab_no_cursor_state_message": True}}}, id="of no cursor"
        ),
        pytest.param(
            {**SAVED, "parent_state": {"teams": {**SAVED, "states": []}}}, id="that of a parent once split"
        ),
        pytest.param({"states": KNOWN}, id="none, nor one of all"),
        pytest.param(
            {"use_global_cursor": True, "state": {"at": "2024-01-20"}, "lookback_window": 1},
            id="of all alone",
        ),
        pytest.param({"at": "2024-01-09"}, id="that of a child not split"),
        pytest.param({"at": "2024-01-09", "z": 1}, id="that of one, unclear"),
        pytest.param({"__ab_no_cursor_state_message": True}, id="that of one without a cursor"),
    ],
)
@pytest.mark.parametrize(
    "router",
    [
        pytest.param(parent(CHANGED, DEPENDENT), id="a parent"),
        pytest.param(grouped(parent(CHANGED, DEPENDENT, option=False)), id="a group"),
        pytest.param(united(parent(CHANGED, DEPENDENT, option=False), SOME), id="a union"),
        pytest.param(parent(CHANGED), id="no dependency"),
    ],
)
def test_states_of_parents(both: Both, api: FakeApi, router: str, saved: Json) -> None:
    """Where parents begin, and what is saved of them."""
    routes(api)

    theirs, ours = both.read(
        api,
        manifest(stream(sync=days(), router=router)),
        streams=["orders"],
        states={"orders": saved},
        incremental=True,
    )

    assert steady(ours) == steady(theirs)


def test_parents_of_parents(both: Both, api: FakeApi) -> None:
    """Partitions and states are nested as the streams are."""
    api.on("/regions", [{"id": "eu", "at": "2024-01-09"}, {"id": "us", "at": "2024-01-10"}])
    api.on("/teams", lambda request: [{"id": f"{request.params['team']} 1", "at": "2024-01-12"}])
    api.on("/orders", [{"id": 1, "at": "2024-01-25"}])
    regions = stream("regions", sync=days())
    teams = stream("teams", sync=days(), router=parent(regions, "incremental_dependency: true"))
    text = manifest(stream(sync=days(), router=parent(teams, "incremental_dependency: true")))

    theirs, ours = both.read(api, text, streams=["orders"], incremental=True)
    again = both.read(api, text, streams=["orders"], states=theirs.states, incremental=True)

    assert steady(ours) == steady(theirs)
    assert steady(again[1]) == steady(again[0])


PAGED = """paginator: {type: DefaultPaginator,
  page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: after},
  pagination_strategy: {type: CursorPagination, cursor_value: "{{ last_record['id'] }}",
    stop_condition: "{{ not response['more'] }}"}}"""


def lines(ids: list[int], *, more: bool = False) -> Json:
    """A page of lines."""
    return {"data": [{"id": id_, "at": "2024-01-10"} for id_ in ids], "more": more}


@pytest.mark.parametrize("state", [None, {"at": "2024-01-05"}, {"__ab_no_cursor_state_message": True}])
@pytest.mark.parametrize(
    ("pointer", "sync", "paged"),
    [
        pytest.param("[lines]", "", PAGED, id="no cursor"),
        pytest.param("[lines]", days(), PAGED, id="a cursor"),
        pytest.param("[lines]", days("is_client_side_incremental: true"), PAGED, id="that filters here"),
        pytest.param("[deep, lines]", "", PAGED, id="inside an object"),
        pytest.param("['*', lines]", "", PAGED, id="in several places"),
        pytest.param("[lines]", "", "", id="no pages"),
    ],
)
def test_parents_that_hold_the_first_page(
    both: Both, api: FakeApi, pointer: str, sync: str, paged: str, state: Json
) -> None:
    """It is not requested on a first run, and the pages after it are."""
    api.on(
        "/teams",
        [
            {"id": 1, "lines": lines([1, 2], more=True)},
            {"id": 2, "lines": lines([5])},
            {"id": 3, "lines": None},
            {"id": 4},
            {"id": 5, "lines": lines([], more=True)},
            {"id": 6, "deep": {"lines": lines([9])}},
        ],
    )
    for team in range(1, 7):
        api.on(f"/teams/{team}/lines", lines([team * 10]))
    child = stream(
        sync=sync,
        router=parent(PLAIN, f"lazy_read_pointer: {pointer}", option=False),
        path="teams/{{ stream_partition.team }}/lines",
        retriever=paged,
    ).replace("field_path: []", "field_path: [data]", 1)

    theirs, ours = both.read(
        api,
        manifest(child),
        streams=["orders"],
        states={"orders": state} if state else None,
        incremental=True,
    )

    assert steady(ours) == steady(theirs)


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param({"1": {"at": "2024-01-05"}, "b": {"at": "2024-01-06"}}, id="by bare values"),
        pytest.param({"at": "2024-01-05"}, id="of a stream not split"),
        pytest.param({"1": {"seen": "2024-01-05"}}, id="of another cursor"),
        pytest.param({"1": {"at": "2024-01-05", "n": 1}}, id="with more"),
        pytest.param(SAVED, id="of today"),
    ],
)
def test_states_of_old(both: Both, api: FakeApi, saved: Json) -> None:
    """LegacyToPerPartitionStateMigration."""
    routes(api)
    text = stream(
        sync=days(),
        router=parent(PLAIN),
        more="state_migrations: [{type: LegacyToPerPartitionStateMigration}]",
    )

    theirs, ours = both.read(
        api, manifest(text), streams=["orders"], states={"orders": saved}, incremental=True
    )

    assert steady(ours) == steady(theirs)


def test_streams_of_a_group(both: Both, api: FakeApi) -> None:
    """The same comes of them, whatever waits for what."""
    routes(api)
    groups = "stream_groups: {crm: {streams: [%s], action: {type: BlockSimultaneousSyncsAction}}}"
    references = "'#/definitions/orders', '#/definitions/teams'"
    defined = f"definitions: {{orders: {stream()}, teams: {PLAIN}, lines: {stream('lines', router=parent(PLAIN), path='orders')}}}"
    text = manifest(
        "{$ref: '#/definitions/orders'}", "{$ref: '#/definitions/teams'}", "{$ref: '#/definitions/lines'}"
    )

    theirs, ours = both.read(
        api, f"{text}\n{defined}\n{groups % references}", streams=["orders", "teams", "lines"]
    )
    assert (ours.failed, ours.records, ours.states) == (theirs.failed, theirs.records, theirs.states)
