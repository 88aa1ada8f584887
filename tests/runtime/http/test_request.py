from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import StreamError
from penstock.http.request import NO_OPTIONS, HttpRequest, HttpResponse, RequestOptions, combine, join_url

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.mark.parametrize(
    ("parts", "merged"),
    [
        pytest.param([], RequestOptions(), id="nothing"),
        pytest.param(
            [RequestOptions(params={"a": "1"}), RequestOptions(params={"b": "2"}, headers={"X": "y"})],
            RequestOptions(params={"a": "1", "b": "2"}, headers={"X": "y"}),
            id="keys of several parties",
        ),
        pytest.param(
            [
                RequestOptions(params={"a": "1"}),
                RequestOptions(form={"a": "1"}),
                RequestOptions(headers={"a": "1"}),
            ],
            RequestOptions(params={"a": "1"}, form={"a": "1"}, headers={"a": "1"}),
            id="one key in several places",
        ),
        pytest.param(
            [RequestOptions(json={"a": {"b": 1, "c": 2}}), RequestOptions(json={"a": {"c": 2, "d": 3}})],
            RequestOptions(json={"a": {"b": 1, "c": 2, "d": 3}}),
            id="objects of a JSON body merge, and equal leaves agree",
        ),
        pytest.param(
            [RequestOptions(text="<a/>"), RequestOptions(params={"a": "1"})],
            RequestOptions(text="<a/>", params={"a": "1"}),
            id="a text body and parameters",
        ),
    ],
)
def test_what_several_parties_put_in_is_merged(parts: list[RequestOptions], merged: RequestOptions) -> None:
    assert combine(parts) == merged


@pytest.mark.parametrize(
    ("parts", "clash"),
    [
        pytest.param(
            [RequestOptions(params={"a": "1"}), RequestOptions(params={"a": "1"})],
            "the request parameter `a` is set twice",
            id="a parameter, though with equal values",
        ),
        pytest.param(
            [RequestOptions(headers={"a": "1"}), NO_OPTIONS, RequestOptions(headers={"a": "2"})],
            "the header `a` is set twice",
            id="a header",
        ),
        pytest.param(
            [RequestOptions(form={"a": "1"}), RequestOptions(form={"a": "1"})],
            "the form field `a` is set twice",
            id="a form field",
        ),
        pytest.param(
            [RequestOptions(json={"a": {"b": {"c": 1}}}), RequestOptions(json={"a": {"b": {"c": 2}}})],
            "the body field `a.b.c` is set twice",
            id="a field deep in a JSON body",
        ),
        pytest.param(
            [RequestOptions(json={"a": {"b": 1}}), RequestOptions(json={"a": 1})],
            "the body field `a` is set twice",
            id="an object and a leaf",
        ),
        pytest.param(
            [RequestOptions(text="<a/>"), RequestOptions(form={"a": "1"})],
            "a text body cannot be combined with other body options",
            id="a text body and a form",
        ),
    ],
)
def test_two_parties_never_claim_one_place(parts: list[RequestOptions], clash: str) -> None:
    """The manifest is at fault, so its author can act."""
    with pytest.raises(StreamError, match=clash) as raised:
        combine(parts)

    assert raised.value.failure_type == "config_error"


@given(st.dictionaries(texts.filter(bool), texts | st.lists(texts), max_size=5))
def test_parameters_survive_their_encoding(params: dict[str, str | list[str]]) -> None:
    """What the server decodes is what was put in, in order; a list gives one parameter for each item."""
    url = HttpRequest("GET", "https://e.com/a", RequestOptions(params=params)).full_url()

    given_pairs = [(k, v) for k, vs in params.items() for v in (vs if isinstance(vs, list) else [vs])]
    assert parse_qsl(urlsplit(url).query, keep_blank_values=True) == given_pairs


@pytest.mark.parametrize(
    ("url", "params", "full"),
    [
        pytest.param("https://e.com/a", {}, "https://e.com/a", id="no parameters"),
        pytest.param("https://e.com/a", {"b": "c d"}, "https://e.com/a?b=c+d", id="a space is a plus"),
        pytest.param(
            "https://e.com/a", {"b": True, "c": 5}, "https://e.com/a?b=True&c=5", id="values are text"
        ),
        pytest.param("https://e.com/a", {"b": None}, "https://e.com/a", id="null is left out"),
        pytest.param("https://e.com/a", {"b": []}, "https://e.com/a", id="so is an empty list"),
        pytest.param(
            "https://e.com/a", {"b": "%20"}, "https://e.com/a?b=%2520", id="a value is never encoded yet"
        ),
        pytest.param("https://e.com/a?b=1", {"c": "2"}, "https://e.com/a?b=1&c=2", id="the URL has a query"),
        pytest.param(
            "https://e.com/a?b=1", {"b": "1"}, "https://e.com/a?b=1", id="the URL has this parameter"
        ),
        pytest.param("https://e.com/a?b=1", {"b": 1}, "https://e.com/a?b=1", id="as a number too"),
        pytest.param("https://e.com/a?b=1", {"b": "2"}, "https://e.com/a?b=1&b=2", id="with another value"),
        pytest.param(
            "https://e.com?b=1&b=2", {"b": "2"}, "https://e.com?b=1&b=2&b=2", id="its first value counts"
        ),
        pytest.param("https://e.com/a#f", {"b": "1"}, "https://e.com/a?b=1#f", id="before a fragment"),
        pytest.param("https://e.com/ä b", {}, "https://e.com/%C3%A4%20b", id="a path is percent-encoded"),
        pytest.param("https://e.com/a%20b%2fc", {}, "https://e.com/a%20b%2fc", id="what is encoded stays"),
        pytest.param("https://e.com/%7Ea%41", {}, "https://e.com/~aA", id="unless it need not be"),
        pytest.param("https://e.com/100%", {}, "https://e.com/100%25", id="a bare percent sign"),
    ],
)
def test_a_url_carries_its_parameters_once(url: str, params: dict[str, object], full: str) -> None:
    assert HttpRequest("GET", url, RequestOptions(params=params)).full_url() == full


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t\r\n"), max_size=30))
def test_encoding_a_url_twice_changes_nothing(path: str) -> None:
    """The URL of the next page comes from an answer, encoded or not."""
    once = HttpRequest("GET", f"https://e.com/{path}").full_url()

    assert HttpRequest("GET", once).full_url() == once


def test_an_object_is_no_parameter() -> None:
    with pytest.raises(StreamError, match="the request parameter `filter` is an object"):
        HttpRequest("GET", "https://e.com", RequestOptions(params={"filter": {"a": 1}})).full_url()


@pytest.mark.parametrize(
    ("method", "options", "content"),
    [
        pytest.param("GET", RequestOptions(), (None, ""), id="none"),
        pytest.param(
            "POST", RequestOptions(json={"a": "ä"}), (b'{"a": "\\u00e4"}', "application/json"), id="JSON"
        ),
        pytest.param(
            "POST",
            RequestOptions(form={"a": ["1", "2"], "b": None, "c": "ä b"}),
            (b"a=1&a=2&c=%C3%A4+b", "application/x-www-form-urlencoded"),
            id="a form: lists repeat their name, null is left out",
        ),
        pytest.param(
            "POST", RequestOptions(text="ä"), ("ä".encode(), ""), id="a text, without a content type"
        ),
        pytest.param("GET", RequestOptions(text="a"), (b"a", ""), id="a GET may have a body"),
        pytest.param("DELETE", RequestOptions(text="a"), (None, ""), id="a DELETE has none"),
    ],
)
def test_a_body_is_encoded_by_its_kind(
    method: str, options: RequestOptions, content: tuple[bytes | None, str]
) -> None:
    assert HttpRequest(method, "https://e.com", options).content() == content


def test_a_body_is_of_one_kind() -> None:
    request = HttpRequest(
        "POST", "https://e.com", RequestOptions(json={"a": 1}), injected=RequestOptions(form={"b": "2"})
    )

    with pytest.raises(StreamError, match="a request has either a JSON body or other data"):
        request.content()


@pytest.mark.parametrize(
    ("base", "path", "joined"),
    [
        pytest.param("https://e.com/v1", "a", "https://e.com/v1/a", id="the base's last segment is a folder"),
        pytest.param("https://e.com/v1/", "a", "https://e.com/v1/a", id="with or without its slash"),
        pytest.param("https://e.com/v1", "", "https://e.com/v1", id="an empty path"),
        pytest.param("https://e.com/v1", "/a", "https://e.com/a", id="a path from the root"),
        pytest.param("https://e.com/v1", "https://o.com/a", "https://o.com/a", id="a URL"),
        pytest.param("https://e.com/v1?k=1", "a", "https://e.com/a", id="a base with a query"),
    ],
)
def test_a_path_is_joined_to_its_base(base: str, path: str, joined: str) -> None:
    assert join_url(base, path) == joined


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        pytest.param("application/problem+json; charset=utf-8", "JSON", id="JSON"),
        pytest.param("Text/HTML", "HTML", id="HTML"),
        pytest.param("text/plain", "text", id="text"),
        pytest.param(
            "ada@example.com", "an unknown kind", id="anything else, which may be data, is not repeated"
        ),
    ],
)
def test_the_kind_of_an_answer_is_told_in_words_of_ours(content_type: str, kind: str) -> None:
    assert HttpResponse(200, {"content-type": content_type}, b"").kind == kind


def test_the_header_of_an_answer_is_found_in_any_spelling() -> None:
    response = HttpResponse(200, {"X-Total": "7"}, b"")

    assert (response.header("x-total"), response.header("x-other")) == ("7", None)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(b'{"error": "a"}', {"error": "a"}, id="JSON"),
        pytest.param(b"<html>", {}, id="something else"),
        pytest.param(b"", {}, id="nothing"),
    ],
)
def test_a_bad_body_is_an_empty_object_to_error_handlers(body: bytes, value: object) -> None:
    assert HttpResponse(500, {}, body).json_or_empty == value
