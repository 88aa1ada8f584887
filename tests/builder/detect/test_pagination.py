"""How APIs page, guessed from shapes that real ones answer with."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from penstock.authoring import Json, read_text
from penstock_builder.detect.exchange import Exchange
from penstock_builder.detect.pagination import pagination

ROWS = [{"id": "a1", "name": "x"}, {"id": "b2", "name": "y"}]
URL = "https://api.example.com/things"


def get(body: Json, asked: Json = None, headers: Json = None, url: Json = URL) -> Exchange:
    full = f"{url}?{urlencode(asked)}" if asked else url
    return Exchange("GET", full, response_headers=headers or {}, body=body)


def post(body: Json, sent: Json) -> Exchange:
    return Exchange("POST", URL, {"Content-Type": "application/json"}, sent, body=body)


def parameter(name: Json) -> Json:
    return {"type": "RequestOption", "inject_into": "request_parameter", "field_name": name}


NEXT = {"type": "RequestPath"}

ONE_ANSWER = {
    "github": (get(ROWS, {"per_page": 2}, {"Link": f'<{URL}?page=2>; rel="next", <{URL}?page=9>; rel="last"'}), (),
               "{{ headers['link'].get('next', {}).get('url', '') }}", None, NEXT),
    "stripe": (get({"object": "list", "has_more": True, "url": "/v1/things", "data": ROWS}, {"limit": 2}), ("data",),
               "{{ last_record['id'] }}", "{{ not response['has_more'] }}", parameter("starting_after")),
    "hubspot": (get({"results": ROWS, "paging": {"next": {"after": "NTI1", "link": f"{URL}?after=NTI1"}}}), ("results",),
                "{{ response.get('paging', {}).get('next', {}).get('link') }}", None, NEXT),
    "hubspot search": (post({"results": ROWS, "paging": {"next": {"after": "NTI1"}}}, {"limit": 2, "after": ""}), ("results",),
                       "{{ response.get('paging', {}).get('next', {}).get('after') }}", None,
                       {"type": "RequestOption", "inject_into": "body_json", "field_name": "after"}),
    "salesforce": (get({"totalSize": 9, "done": False, "nextRecordsUrl": "/services/data/v60.0/query/01g-2000", "records": ROWS}), ("records",),
                   "{{ response['nextRecordsUrl'] }}", "{{ response['done'] }}", NEXT),
    "json:api": (get({"data": ROWS, "links": {"self": URL, "next": f"{URL}?page[number]=2"}}), ("data",),
                 "{{ response.get('links', {}).get('next') }}", None, NEXT),
    "hal": (get({"_embedded": {"things": ROWS}, "_links": {"next": {"href": f"{URL}?page=2"}}}), ("_embedded", "things"),
            "{{ response.get('_links', {}).get('next', {}).get('href') }}", None, NEXT),
    "odata": (get({"@odata.context": "x", "value": ROWS, "@odata.nextLink": f"{URL}?$skiptoken=4"}), ("value",),
              "{{ response['@odata.nextLink'] }}", None, NEXT),
    "notion": (post({"object": "list", "results": ROWS, "next_cursor": "c-9", "has_more": True}, {"start_cursor": "c-1", "page_size": 2}), ("results",),
               "{{ response['next_cursor'] }}", "{{ not response['has_more'] }}",
               {"type": "RequestOption", "inject_into": "body_json", "field_name": "start_cursor"}),
    "zendesk": (get({"things": ROWS, "meta": {"has_more": True, "after_cursor": "xx"}, "links": {"next": f"{URL}?page[after]=xx"}}), ("things",),
                "{{ response.get('links', {}).get('next') }}", "{{ not response.get('meta', {}).get('has_more') }}", NEXT),
    "slack": (get({"ok": True, "members": ROWS, "response_metadata": {"next_cursor": "dXNl"}}), ("members",),
              "{{ response.get('response_metadata', {}).get('next_cursor') }}", None, parameter("cursor")),
    "x": (get({"data": ROWS, "meta": {"result_count": 2, "next_token": "7140"}}), ("data",),
          "{{ response.get('meta', {}).get('next_token') }}", None, parameter("next_token")),
    "google": (get({"items": ROWS, "nextPageToken": "CAUQAA"}), ("items",),
               "{{ response['nextPageToken'] }}", None, parameter("pageToken")),
    "facebook": (get({"data": ROWS, "paging": {"cursors": {"before": "M", "after": "N"}, "next": f"{URL}?after=N"}}), ("data",),
                 "{{ response.get('paging', {}).get('next') }}", None, NEXT),
    "gitlab": (get(ROWS, {"page": "1", "per_page": "2"}, {"x-next-page": "2", "x-total-pages": "9"}), (),
               "{{ headers['x-next-page'] }}", None, parameter("page")),
    "graphql": (post({"data": {"things": {"nodes": ROWS, "pageInfo": {"hasNextPage": True, "endCursor": "Y3"}}}},
                     {"query": "query ($after: String) { things }", "variables": {"after": None}}), ("data", "things", "nodes"),
                "{{ response.get('data', {}).get('things', {}).get('pageInfo', {}).get('endCursor') }}",
                "{{ not response.get('data', {}).get('things', {}).get('pageInfo', {}).get('hasNextPage') }}",
                {"type": "RequestOption", "inject_into": "body_json", "field_path": ["variables", "after"]}),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_ANSWER)
def test_one_answer_tells_the_token_of_the_next_page(name: Json) -> None:
    """Where the token stands, when it ends and where it goes are told by one answer of a known shape."""
    exchange, path, value, stop, option = ONE_ANSWER[name]

    best = pagination([exchange], path)[0].value

    assert best["pagination_strategy"]["cursor_value"] == value
    assert best["pagination_strategy"].get("stop_condition") == stop
    assert best["page_token_option"] == option


COUNTED = {
    "jira": (get({"startAt": 0, "maxResults": 2, "total": 9, "issues": ROWS}), ("issues",), "OffsetIncrement", "startAt"),
    "spring": (get({"content": ROWS, "number": 0, "totalPages": 4}), ("content",), "PageIncrement", "page"),
    "laravel": (get({"data": ROWS, "meta": {"current_page": 1, "last_page": 4}}), ("data",), "PageIncrement", "page"),
    "page sent": (get(ROWS, {"page": 1, "per_page": 2}), (), "PageIncrement", "page"),
    "offset sent": (get(ROWS, {"offset": 0, "limit": 2}), (), "OffsetIncrement", "offset"),
    "json:api page": (get({"data": ROWS}, {"page[number]": 1, "page[size]": 2}), ("data",), "PageIncrement", "page[number]"),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTED)
def test_counting_is_known_by_its_names(name: Json) -> None:
    """Page numbers and offsets are known by request parameters, or by fields that repeat them beside a total."""
    exchange, path, strategy, field = COUNTED[name]

    best = pagination([exchange], path)[0].value

    assert best["pagination_strategy"]["type"] == strategy
    assert best["page_token_option"] == parameter(field)


def test_a_page_size_that_was_asked_for_is_kept() -> None:
    """A size goes into `page_size_option`, so that a short page ends the stream."""
    best = pagination([get(ROWS, {"offset": 0, "limit": 2})])[0].value

    assert best["pagination_strategy"]["page_size"] == 2
    assert best["page_size_option"] == parameter("limit")


def test_a_token_that_was_sent_on_is_strong_evidence() -> None:
    """Names say nothing here; that the value of one page is sent for the next says all."""
    first = get({"rows": ROWS, "jump": {"to": "tok-123"}}, {"size": 2})
    second = get({"rows": ROWS}, {"size": 2, "go": "tok-123"})

    best = pagination([first, second], ("rows",))[0]

    assert best.confidence > 0.85
    assert best.value["pagination_strategy"]["cursor_value"] == "{{ response.get('jump', {}).get('to') }}"
    assert best.value["page_token_option"] == parameter("go")
    assert "`go`" in best.evidence
    assert "`jump.to`" in best.evidence
    assert "tok-123" not in best.evidence


def test_an_id_of_the_last_record_may_be_the_token() -> None:
    """A parameter that equals a field of the last record follows the records themselves."""
    first, second = get({"rows": ROWS}), get({"rows": ROWS}, {"beyond": "b2"})

    best = pagination([first, second], ("rows",))[0].value

    assert best["pagination_strategy"]["cursor_value"] == "{{ last_record['id'] }}"


@pytest.mark.parametrize(
    ("before", "after", "strategy"),
    [
        (
            {"foo": 1},
            {"foo": 2},
            {"type": "PageIncrement", "start_from_page": 1, "inject_on_first_request": True},
        ),
        ({}, {"page": 1}, {"type": "PageIncrement", "start_from_page": 0, "inject_on_first_request": False}),
        ({"skip": 2}, {"skip": 4}, {"type": "OffsetIncrement", "inject_on_first_request": True}),
        ({}, {"foo": 2, "start": 2}, {"type": "OffsetIncrement", "inject_on_first_request": False}),
    ],
    ids=["by one", "first page unsent", "by records", "first offset unsent"],
)
def test_a_number_that_grows_counts(before: Json, after: Json, strategy: Json) -> None:
    """By one it counts pages, by the records of a page it is an offset."""
    best = pagination([get({"rows": ROWS}, before), get({"rows": ROWS}, after)], ("rows",))[0]

    assert best.value["pagination_strategy"] == strategy


def test_a_followed_link_is_the_surest() -> None:
    """The next request went to a URL that the answer gave, under whatever name."""
    first = get({"rows": ROWS, "onwards": f"{URL}?k=z"})
    second = get({"rows": ROWS}, url=f"{URL}?k=z")

    best = pagination([first, second], ("rows",))[0]

    assert best.confidence > 0.95
    assert best.value["page_token_option"] == NEXT


def test_a_token_in_a_body_is_followed() -> None:
    """A search by POST sends its token inside the JSON body."""
    first = post({"hits": ROWS, "state": "s-77"}, {"filter": {"from": "x"}, "paging": {}})
    second = post({"hits": ROWS}, {"filter": {"from": "x"}, "paging": {"key": "s-77"}})

    best = pagination([first, second], ("hits",))[0].value

    assert best["page_token_option"] == {
        "type": "RequestOption", "inject_into": "body_json", "field_path": ["paging", "key"],
    }  # fmt: skip


def test_an_answer_without_a_sign_has_no_pages() -> None:
    """Then one request is all."""
    assert pagination([get(ROWS)])[0].value == {"type": "NoPagination"}
    assert pagination([]) == []


@pytest.mark.parametrize("name", [*ONE_ANSWER, *COUNTED])
def test_every_guess_is_a_paginator_that_penstock_reads(name: Json) -> None:
    """What is guessed can be put into a manifest as it is."""
    exchange, path = (ONE_ANSWER.get(name) or COUNTED[name])[:2]

    for guess in pagination([exchange], path):
        requester = {"type": "HttpRequester", "url_base": "https://api.example.com", "path": "/things"}
        selector = {
            "type": "RecordSelector",
            "extractor": {"type": "DpathExtractor", "field_path": list(path)},
        }
        stream = {
            "type": "DeclarativeStream", "name": "things", "schema_loader": {"type": "InlineSchemaLoader", "schema": {}},
            "retriever": {"type": "SimpleRetriever", "requester": requester, "record_selector": selector,
                          "paginator": guess.value},
        }  # fmt: skip
        check = {"type": "CheckStream", "stream_names": ["things"]}
        manifest = {"version": "6.0.0", "type": "DeclarativeSource", "check": check, "streams": [stream]}
        assert read_text(json.dumps(manifest)).found == ()
