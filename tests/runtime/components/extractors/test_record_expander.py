from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from penstock.components.extractors import EXTRACTOR, RECORD_EXPANDER
from penstock.errors import ConfigError, ManifestError
from penstock.http.request import HttpResponse
from penstock.testing.fakes import Fakes, built, component, json_response

ORDER = {"id": 7, "lines": {"data": [{"n": 1}, {"n": 2, "id": 9}], "more": True, "total_count": 3}}


def expanded(settings: str, record: Any, path: str = "[lines, data]") -> list[Any]:
    manifest = f"{{type: RecordExpander, expand_records_from_field: {path}, {settings}}}"
    return list(built(manifest, RECORD_EXPANDER)(record))


@pytest.mark.parametrize(
    ("path", "record", "records"),
    [
        pytest.param("[lines, data]", ORDER, [{"n": 1}, {"n": 2, "id": 9}], id="a list"),
        pytest.param(
            "[a, '*']", {"a": {"x": [{"n": 1}], "y": [{"n": 2}], "z": 3}}, [{"n": 1}, {"n": 2}], id="many"
        ),
        pytest.param("[a, '0']", {"a": [[{"n": 1}], [{"n": 2}]]}, [{"n": 1}], id="a list in a list"),
        pytest.param(
            "[a]", {"a": [{"n": 1}, 7, None]}, [{"n": 1}, 7, None], id="items of any kind, as they are"
        ),
        pytest.param("[a]", {"a": {"n": 1}}, [], id="an object is no list"),
        pytest.param("[a]", {"a": []}, [], id="an empty list"),
        pytest.param("[a]", {"b": 1}, [], id="no list at all"),
        pytest.param("[a]", 7, [7], id="what is no record stays, for the selector to refuse"),
    ],
)
def test_each_item_is_a_record(path: str, record: Any, records: list[Any]) -> None:
    assert expanded("", record, path) == records


@pytest.mark.parametrize(
    ("settings", "last"),
    [
        pytest.param("remain_original_record: true", {"n": 2, "id": 9, "original_record": ORDER}, id="whole"),
        pytest.param(
            "merge_parent: true",
            {"id": 9, "lines": {"more": True, "total_count": 3}, "n": 2},
            id="merged, the item's own fields winning",
        ),
        pytest.param(
            "parent_fields: [{parent_path: [id], record_path: [order_id]}]",
            {"n": 2, "id": 9, "order_id": 7},
            id="by name",
        ),
        pytest.param(
            "merge_parent: true, parent_fields: [{parent_path: [id], record_path: [id]}]",
            {"id": 7, "lines": {"more": True, "total_count": 3}, "n": 2},
            id="merged first, then by name",
        ),
    ],
)
def test_an_item_can_keep_what_it_belongs_to(settings: str, last: Any) -> None:
    before = deepcopy(ORDER)

    assert expanded(settings, ORDER)[-1] == last
    assert before == ORDER


def test_an_item_that_is_no_object_becomes_one_to_keep_what_it_belongs_to() -> None:
    assert expanded("remain_original_record: true", {"a": [7]}, "[a]") == [
        {"value": 7, "original_record": {"a": [7]}}
    ]


def test_merging_removes_lists_alone() -> None:
    """With a wildcard, values beside the lists stay."""
    record = {"a": {"x": [{"n": 1}], "y": 3}}

    assert expanded("merge_parent: true", record, "[a, '*']") == [{"a": {"y": 3}, "n": 1}]


@pytest.mark.parametrize("settings", ["merge_parent: true", "remain_original_record: true"])
def test_items_share_nothing(settings: str) -> None:
    """A transformation that writes into one must not change its neighbours."""
    first, second = expanded(settings, ORDER)
    untouched = deepcopy(second)

    (first.get("original_record") or first)["lines"]["more"] = "changed"

    assert second == untouched
    assert ORDER["lines"]["more"] is True  # type: ignore[index]  # a plain dict


def test_a_record_without_items_can_stay() -> None:
    """As it is, whatever items would get."""
    assert expanded("on_no_records: emit_parent, merge_parent: true", {"id": 1}) == [{"id": 1}]


def test_an_extractor_expands_what_it_finds() -> None:
    extract = built(
        "{type: DpathExtractor, field_path: [orders], record_expander: {expand_records_from_field: [lines]}}",
        EXTRACTOR,
    )

    assert list(extract({"orders": [{"lines": [{"n": 1}]}, {"lines": []}, {"lines": [{"n": 2}]}]})) == [
        {"n": 1},
        {"n": 2},
    ]


RETRIEVER = {
    "type": "SimpleRetriever",
    "requester": {
        "type": "HttpRequester",
        "url": "https://e.com/orders/{{ stream_slice['parent_record']['id'] }}/lines",
    },
    "record_selector": {
        "type": "RecordSelector",
        "extractor": {"type": "DpathExtractor", "field_path": ["items"]},
    },
}


def completed(record: Any, answer: HttpResponse | None, settings: str = "") -> tuple[list[Any], Fakes]:
    """The items of a record that is read twice, and what was asked and logged."""
    fakes = Fakes(answers=[] if answer is None else [answer])
    retriever = "" if answer is None else f"truncated_list_retriever: {json.dumps(RETRIEVER)},"
    expand = component(
        f"{{type: RecordExpander, expand_records_from_field: [lines, data], "
        f"truncation_indicator_path: [lines, more], {retriever} {settings}}}",
        RECORD_EXPANDER,
    ).build(fakes.resources())
    list(expand(record))
    return list(expand(record)), fakes


def test_a_list_that_is_not_complete_is_read_anew() -> None:
    """By a retriever that knows the record; its items count as the record's own."""
    answer = json_response({"items": [{"n": 1}, {"n": 2}, {"n": 3}]})

    items, fakes = completed(ORDER, answer, "parent_fields: [{parent_path: [id], record_path: [id]}]")

    assert items == [{"n": 1, "id": 7}, {"n": 2, "id": 7}, {"n": 3, "id": 7}]
    assert {request.url for request in fakes.sent} == {"https://e.com/orders/7/lines"}
    assert fakes.logged == []


def test_a_complete_list_is_not_read_anew() -> None:
    record = {"lines": {"data": [{"n": 1}], "more": False}}

    items, fakes = completed(record, json_response({"items": []}))

    assert (items, fakes.sent) == ([{"n": 1}], [])


def test_nothing_found_anew_leaves_the_list_as_it_was() -> None:
    assert completed(ORDER, json_response({"items": []}))[0] == [{"n": 1}, {"n": 2, "id": 9}]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(None, "is not complete, and there is no", id="nothing reads the rest"),
        pytest.param(json_response({"items": [{"n": 1}]}), "fewer items than its", id="too little is read"),
    ],
)
def test_a_list_that_stays_incomplete_is_logged_once(answer: HttpResponse | None, told: str) -> None:
    """Once for a stream, however many records it has."""
    items, fakes = completed(ORDER, answer)

    assert items
    (line,) = fakes.logged
    assert line.startswith("WARN stream orders: ")
    assert told in line


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param("", "needs a `truncation_indicator_path`", id="nothing tells when"),
        pytest.param(
            "truncation_indicator_path: [more],", "takes no `partition_router`", id="partitions of its own"
        ),
    ],
)
def test_reading_anew_has_its_conditions(settings: str, told: str) -> None:
    router = {"type": "ListPartitionRouter", "values": ["a"], "cursor_field": "x"}
    retriever = {**RETRIEVER, "partition_router": router if settings else None}

    with pytest.raises(ManifestError, match=told):
        expanded(f"{settings} truncated_list_retriever: {json.dumps(retriever)}", ORDER)


@pytest.mark.parametrize("path", ["[lines, '*']", "['m?re']"])
def test_the_sign_of_an_incomplete_list_stands_in_one_place(path: str) -> None:
    with pytest.raises(ConfigError, match="takes no wildcard"):
        expanded(f"truncation_indicator_path: {path}", ORDER)
