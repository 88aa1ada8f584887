from __future__ import annotations

from typing import Any

import pytest

from penstock.components.requesters import REQUESTER, Requester
from penstock.errors import ConfigError, ManifestError, RequestError, StreamError
from penstock.http.request import NO_OPTIONS, HttpRequest, RequestOptions
from penstock.records.resources import StreamContext
from penstock.testing.fakes import Fakes, component, json_response

URL = "url: https://api.example.com/v1"


def requester(settings: str, fakes: Fakes) -> Requester:
    return component(f"{{type: HttpRequester, {settings}}}", REQUESTER).build(fakes.resources())


def request(settings: str, path: str | None = None, **config: Any) -> HttpRequest:
    """The request that a requester sends."""
    fakes = Fakes(config, answers=[json_response({})])
    requester(settings, fakes).fetch({"config": config}, NO_OPTIONS, path)
    return fakes.sent[0]


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        pytest.param("url: https://e.com/v1", "https://e.com/v1", id="a URL"),
        pytest.param("url: https://e.com/v1/", "https://e.com/v1/", id="a slash at the end stays"),
        pytest.param("url: https://e.com/v1, path: a", "https://e.com/v1/a", id="a path below it"),
        pytest.param("url_base: https://e.com/v1, path: a", "https://e.com/v1/a", id="by the old name"),
        pytest.param("url_base: https://e.com/v1, url: https://o.com", "https://e.com/v1", id="which wins"),
        pytest.param("url_base: https://e.com/v1, path: /a", "https://e.com/v1/a", id="a slash too many"),
        pytest.param("url_base: https://e.com/v1, path: ''", "https://e.com/v1", id="an empty path"),
        pytest.param(
            "url_base: 'https://e.com/v1?k=1', path: a", "https://e.com/a", id="the base loses its query"
        ),
        pytest.param(
            "url_base: https://e.com/v1, path: '?a=1'", "https://e.com/v1/?a=1", id="a path of a query"
        ),
        pytest.param(
            "url_base: https://e.com/v1, path: 'https://o.com/x'", "https://o.com/x", id="a URL for a path"
        ),
        pytest.param(
            "url_base: \"https://{{ config['shop'] }}.e.com\", path: a", "https://s.e.com/a", id="a template"
        ),
    ],
)
def test_url_and_path_are_joined(settings: str, url: str) -> None:
    """The last segment of the base counts as a folder (RFC 3986 §5.2, with a slash behind the base)."""
    assert request(settings, shop="s").full_url() == url


@pytest.mark.parametrize(
    ("path", "url"),
    [
        pytest.param("next?t=1", "https://e.com/v1/next?t=1", id="a relative path"),
        pytest.param("/next?t=1", "https://e.com/next?t=1", id="a path from the host's root"),
        pytest.param("https://o.com/x?y=1", "https://o.com/x?y=1", id="a URL"),
    ],
)
def test_the_path_of_a_paginator_replaces_the_declared_one(path: str, url: str) -> None:
    """A leading slash counts here: links in answers mean what they say."""
    assert request("url_base: https://e.com/v1, path: orders", path).full_url() == url


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("url: ftp://e.com", id="another scheme"),
        pytest.param("url: \"{{ config['missing'] }}\"", id="an empty URL"),
        pytest.param("url_base: https://e.com/v1, path: 'a:b/c'", id="a path that reads as a scheme"),
    ],
)
def test_only_http_is_spoken(settings: str) -> None:
    with pytest.raises(ConfigError, match="the URL is not an http or https URL"):
        request(settings)


@pytest.mark.parametrize(
    ("parameters", "query"),
    [
        pytest.param("{status: open}", "status=open", id="a text"),
        pytest.param("{n: '{{ 5 }}'}", "n=5", id="a number counts as its text"),
        pytest.param("{n: '1.50'}", "n=1.50", id="digits stay as they are written"),
        pytest.param("{n: \"{{ ['a', 'b'] }}\"}", "n=a&n=b", id="a list gives one parameter for each item"),
        pytest.param("{n: '{{ config.missing }}'}", "", id="what is missing is left out"),
        pytest.param(
            "{n: \"{{ config.get('missing') }}\"}", "n=None", id="what is asked for with get is None"
        ),
        pytest.param("{n: ''}", "", id="and so is an empty text"),
        pytest.param("{\"{{ config['key'] }}\": a}", "k=a", id="a name may be a template"),
        pytest.param("\"{{ {'a': 'b'} }}\"", "a=b", id="one text that gives an object"),
        pytest.param("'a=b'", "", id="any other text gives none"),
    ],
)
def test_parameters_go_into_the_query(parameters: str, query: str) -> None:
    url = request(f"{URL}, request_parameters: {parameters}", key="k").full_url()

    assert url.partition("?")[2] == query


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        pytest.param("{X-A: b}", {"X-A": "b"}, id="a text"),
        pytest.param("{X-A: '1e3'}", {"X-A": "1000.0"}, id="a literal is read as one"),
        pytest.param("{X-A: '007'}", {"X-A": "007"}, id="text that is no literal stays"),
        pytest.param("{X-A: '{{ config.missing }}'}", {}, id="what is missing is left out"),
        pytest.param("\"{{ {'X-A': 5} }}\"", {"X-A": "5"}, id="one text that gives an object"),
        pytest.param("''", {}, id="an empty text"),
    ],
)
def test_headers_are_text(headers: str, sent: dict[str, str]) -> None:
    assert request(f"{URL}, request_headers: {headers}").options.headers == sent


@pytest.mark.parametrize(
    ("body", "content"),
    [
        pytest.param(
            "request_body_data: {a: b, n: '{{ [1, 2] }}'}",
            (b"a=b&n=1&n=2", "application/x-www-form-urlencoded"),
            id="form fields",
        ),
        pytest.param(
            "request_body_data: '<a>&</a>'", (b"<a>&</a>", ""), id="a text goes as it is, without a type"
        ),
        pytest.param(
            "request_body_data: \"{{ {'a': 'b'} }}\"",
            (b"a=b", "application/x-www-form-urlencoded"),
            id="a text that gives an object is a form",
        ),
        pytest.param(
            "request_body_json: {a: {b: [1, '2', 'true', null]}, c: null, d: \"{{ config['key'] }}\"}",
            (b'{"a": {"b": [1, 2, "true", null]}, "d": "k"}', "application/json"),
            id="JSON, in which literals are read and null entries are left out",
        ),
        pytest.param(
            "request_body_json: \"{{ {'a': 1} }}\"",
            (b'{"a": 1}', "application/json"),
            id="a text that gives JSON",
        ),
        pytest.param("request_body_json: {}", (None, ""), id="an empty object is no body"),
        pytest.param("request_body_data: ''", (None, ""), id="neither is an empty text"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_body_is_a_form_a_text_or_json(method: str, body: str, content: tuple[bytes | None, str]) -> None:
    """A GET may have one too: some search APIs want it."""
    assert request(f"{URL}, http_method: {method}, {body}", key="k").content() == content


@pytest.mark.parametrize("field", ["request_headers", "request_body_json"])
def test_a_text_that_gives_no_object_is_an_error(field: str) -> None:
    with pytest.raises(StreamError, match=f"`{field}` does not give an object") as raised:
        request(f"{URL}, {field}: nonsense")

    assert raised.value.failure_type == "config_error"


def test_declared_parameters_come_before_credentials_and_those_before_the_page() -> None:
    """The order of the query; a signature that an API computes over it depends on that."""
    fakes = Fakes(answers=[json_response({})])
    made = requester(
        f"""
        {URL}, request_parameters: {{status: open}},
        authenticator: {{type: ApiKeyAuthenticator, api_token: k-1,
                        inject_into: {{inject_into: request_parameter, field_name: key}}}}
        """,
        fakes,
    )

    made.fetch({"config": {}}, RequestOptions(params={"page": 2}), None)

    assert fakes.sent[0].full_url() == "https://api.example.com/v1?status=open&key=k-1&page=2"


@pytest.mark.parametrize(
    ("settings", "injected", "clash"),
    [
        pytest.param(
            "request_parameters: {page: '1'}",
            RequestOptions(params={"page": "1"}),
            "the request parameter `page`",
            id="by requester and paginator, with equal values",
        ),
        pytest.param(
            "request_headers: {Authorization: a}, authenticator: {type: BearerAuthenticator, api_token: t}",
            NO_OPTIONS,
            "the header `Authorization`",
            id="by requester and authenticator",
        ),
        pytest.param(
            "request_body_json: {a: {b: 1}}",
            RequestOptions(json={"a": {"b": 2}}),
            "the body field `a.b`",
            id="in JSON",
        ),
    ],
)
def test_no_place_is_set_twice(settings: str, injected: RequestOptions, clash: str) -> None:
    fakes = Fakes(answers=[json_response({})])

    with pytest.raises(StreamError, match=f"{clash} is set twice"):
        requester(f"{URL}, {settings}", fakes).fetch({"config": {}}, injected, None)


def test_templates_see_the_slice_and_the_page() -> None:
    fakes = Fakes(answers=[json_response({})])
    made = requester(
        f"""
        {URL}, path: "{{{{ stream_partition['id'] }}}}/lines",
        request_parameters: {{after: "{{{{ next_page_token['next_page_token'] }}}}"}}
        """,
        fakes,
    )

    made.fetch(
        {"config": {}, "stream_partition": {"id": 7}, "next_page_token": {"next_page_token": "t"}},
        NO_OPTIONS,
        None,
    )

    assert fakes.sent[0].full_url() == "https://api.example.com/v1/7/lines?after=t"


def test_an_answer_is_asked_for_again_as_the_error_handler_says() -> None:
    """Without a handler the HTTP status decides."""
    fakes = Fakes(answers=[json_response({}, 503), json_response({"id": 1})])

    response = requester(URL, fakes).fetch({"config": {}}, NO_OPTIONS, None)

    assert (response.json_or_empty, fakes.slept) == ({"id": 1}, [1])


def test_a_declared_error_handler_takes_the_place_of_the_default() -> None:
    fakes = Fakes(answers=[json_response({}, 503)])
    made = requester(f"{URL}, error_handler: {{max_retries: 0}}", fakes)

    with pytest.raises(RequestError, match="stream orders: gave up after 1 attempt: HTTP 503"):
        made.fetch({"config": {}}, NO_OPTIONS, None)


@pytest.mark.parametrize(
    ("settings", "stream_is_a_parent", "requests"),
    [
        pytest.param("", False, 2, id="not by default"),
        pytest.param("", True, 1, id="by default for a parent"),
        pytest.param("use_cache: false", True, 2, id="not for a parent that does not want it"),
        pytest.param("use_cache: true", False, 1, id="for any stream on demand"),
    ],
)
def test_answers_are_remembered_for_parents(
    settings: str, *, stream_is_a_parent: bool, requests: int
) -> None:
    """A parent is read by each of its children, and once for itself."""
    fakes = Fakes(answers=[json_response([])])
    resources = fakes.resources(StreamContext("customers"))
    if stream_is_a_parent:
        resources.cache.keep("customers")
    made = component(f"{{type: HttpRequester, {URL}, {settings}}}", REQUESTER).build(resources)

    made.fetch({"config": {}}, NO_OPTIONS, None)
    made.fetch({"config": {}}, NO_OPTIONS, None)

    assert len(fakes.sent) == requests


def test_time_outs_go_with_the_request() -> None:
    sent = request(f"{URL}, connect_timeout_in_seconds: 5, read_timeout_in_seconds: 90")

    assert sent.timeouts == (5, 90)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        pytest.param("path: a", "HttpRequester needs a `url` or a `url_base`", id="no URL"),
        pytest.param(
            f"{URL}, request_body_data: a, request_body_json: {{a: b}}",
            "a request has either `request_body_data` or `request_body_json`",
            id="two bodies",
        ),
        pytest.param(f"{URL}, http_method: DELETE", "GET", id="a method that changes things"),
    ],
)
def test_a_wrong_requester_is_told_before_the_first_request(settings: str, problem: str) -> None:
    with pytest.raises(ManifestError, match=problem):
        component(f"{{type: HttpRequester, {settings}}}", REQUESTER)
