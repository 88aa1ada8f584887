from __future__ import annotations

import pytest

from penstock.components.requesters import REQUEST_OPTION
from penstock.errors import ManifestError
from penstock.http.request import RequestOptions
from penstock.testing.fakes import built, component


@pytest.mark.parametrize(
    ("place", "options", "words"),
    [
        pytest.param(
            "inject_into: request_parameter, field_name: page",
            RequestOptions(params={"page": 3}),
            "request_parameter page",
            id="a request parameter",
        ),
        pytest.param(
            "inject_into: header, field_name: X-Page",
            RequestOptions(headers={"X-Page": 3}),
            "header X-Page",
            id="a header",
        ),
        pytest.param(
            "inject_into: body_data, field_name: page",
            RequestOptions(form={"page": 3}),
            "body_data page",
            id="a form field",
        ),
        pytest.param(
            "inject_into: body_json, field_name: page",
            RequestOptions(json={"page": 3}),
            "body_json page",
            id="a field of the JSON body",
        ),
        pytest.param(
            "inject_into: body_json, field_path: [data, viewer, page]",
            RequestOptions(json={"data": {"viewer": {"page": 3}}}),
            "body_json data.viewer.page",
            id="a field deep inside it",
        ),
        pytest.param(
            "inject_into: request_parameter, field_name: \"{{ config['name'] }}\"",
            RequestOptions(params={"seite": 3}),
            "request_parameter seite",
            id="a name of the config",
        ),
        pytest.param(
            "inject_into: body_json, field_path: [\"{{ config['name'] }}\", '1']",
            RequestOptions(json={"seite": {"1": 3}}),
            "body_json seite.1",
            id="each part of a path is a key, numbers too",
        ),
    ],
)
def test_a_value_goes_into_its_place(place: str, options: RequestOptions, words: str) -> None:
    """`words` name the place in messages."""
    option = built(f"{{type: RequestOption, {place}}}", REQUEST_OPTION, name="seite")

    assert option.options(3) == options
    assert option.words == words
    assert not option.is_path


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        pytest.param("inject_into: header", "needs either `field_name` or `field_path`", id="nowhere"),
        pytest.param("inject_into: body_json, field_path: []", "needs either", id="an empty path"),
        pytest.param(
            "inject_into: body_json, field_name: a, field_path: [b]", "needs either", id="two places"
        ),
        pytest.param(
            "inject_into: header, field_path: [a]", "`field_path` needs", id="a path outside the JSON body"
        ),
        pytest.param(
            "inject_into: path, field_name: a", "request_parameter", id="a place that does not exist"
        ),
    ],
)
def test_an_option_has_one_place(settings: str, problem: str) -> None:
    with pytest.raises(ManifestError, match=problem):
        component(f"{{type: RequestOption, {settings}}}", REQUEST_OPTION)
