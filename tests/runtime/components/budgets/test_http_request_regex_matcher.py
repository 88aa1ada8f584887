from __future__ import annotations

import pytest

from penstock.components.budgets import REQUEST_MATCHER
from penstock.errors import ConfigError, ManifestError
from penstock.http.request import HttpRequest, RequestOptions
from penstock.testing.fakes import built

REQUEST = HttpRequest(
    "GET",
    "https://e.com/v1/orders/?a=1",
    RequestOptions(params={"b": 2}, headers={"X-Account": "7"}),
)


@pytest.mark.parametrize(
    ("criteria", "picked"),
    [
        pytest.param("", True, id="none: every request"),
        pytest.param("method: get", True, id="a method, in any spelling"),
        pytest.param("method: POST", False, id="another method"),
        pytest.param("url_base: 'https://e.com/'", True, id="a host, with a slash or not"),
        pytest.param("url_base: 'https://e.com/v1'", False, id="more than a host"),
        pytest.param("url_base: 'http://e.com'", False, id="another scheme"),
        pytest.param("url_path_pattern: 'orders$'", True, id="the end of the path, without its slash"),
        pytest.param("url_path_pattern: '^/orders'", False, id="another path"),
        pytest.param("params: {a: 1, b: '2'}", True, id="parameters, of the URL too"),
        pytest.param("params: {a: 2}", False, id="another value"),
        pytest.param("headers: {x-account: 7}", True, id="a header, in any spelling"),
        pytest.param("headers: {x-account: 8}", False, id="a header of another value"),
        pytest.param("method: GET, params: {c: 1}", False, id="one of two criteria"),
    ],
)
def test_all_criteria_must_hold(criteria: str, picked: bool) -> None:
    matcher = built(f"{{type: HttpRequestRegexMatcher, {criteria}}}", REQUEST_MATCHER)

    assert matcher.picks(REQUEST) is picked


def test_a_request_may_weigh_more_than_one_call() -> None:
    """As much as a number says, or the config."""
    text = "{type: HttpRequestRegexMatcher, weight: \"{{ config['cost'] }}\"}"

    assert built(text, REQUEST_MATCHER, cost=5).weight == 5
    with pytest.raises(ConfigError, match="at least 1"):
        built(text, REQUEST_MATCHER, cost=0)


def test_a_pattern_must_be_one() -> None:
    with pytest.raises(ManifestError, match="`url_path_pattern` is no regular expression"):
        built("{type: HttpRequestRegexMatcher, url_path_pattern: '('}", REQUEST_MATCHER)
