from __future__ import annotations

import pytest

from penstock.components.authenticators import AUTHENTICATOR
from penstock.components.requesters import REQUESTER
from penstock.errors import ManifestError
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.testing.fakes import Fakes, built, component, json_response


@pytest.mark.parametrize(
    ("place", "options"),
    [
        pytest.param(
            "header: X-API-Key", RequestOptions(headers={"X-API-Key": "k-1"}), id="the old field for a header"
        ),
        pytest.param(
            "header: \"{{ config['header'] }}\"",
            RequestOptions(headers={"X-Token": "k-1"}),
            id="a header named by the config",
        ),
        pytest.param(
            "inject_into: {inject_into: header, field_name: X-API-Key}",
            RequestOptions(headers={"X-API-Key": "k-1"}),
            id="a header",
        ),
        pytest.param(
            "inject_into: {inject_into: request_parameter, field_name: key}",
            RequestOptions(params={"key": "k-1"}),
            id="a request parameter",
        ),
        pytest.param(
            "inject_into: {inject_into: body_data, field_name: key}",
            RequestOptions(form={"key": "k-1"}),
            id="a form field",
        ),
        pytest.param(
            "inject_into: {inject_into: body_json, field_name: key}",
            RequestOptions(json={"key": "k-1"}),
            id="a field of the JSON body",
        ),
        pytest.param(
            "inject_into: {inject_into: body_json, field_path: [auth, key]}",
            RequestOptions(json={"auth": {"key": "k-1"}}),
            id="a field inside the JSON body",
        ),
    ],
)
def test_the_key_goes_where_the_manifest_says(place: str, options: RequestOptions) -> None:
    """`inject_into` without a `type` is a RequestOption."""
    authenticator = built(
        f"{{type: ApiKeyAuthenticator, api_token: \"{{{{ config['api_key'] }}}}\", {place}}}",
        AUTHENTICATOR,
        api_key="k-1",
        header="X-Token",
    )

    assert authenticator.options() == options


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        pytest.param("api_token: '1e5'", "100000.0", id="a literal is read as one, as the language has it"),
        pytest.param("api_token: '007'", "007", id="text that is no literal stays as it is"),
        pytest.param("api_token: \"{{ config['missing'] }}\"", "", id="a missing key is empty"),
        pytest.param("", "", id="no key at all is empty"),
    ],
)
def test_the_key_is_the_text_of_its_template(settings: str, sent: str) -> None:
    authenticator = built(f"{{type: ApiKeyAuthenticator, header: X-Key, {settings}}}", AUTHENTICATOR)

    assert authenticator.options() == RequestOptions(headers={"X-Key": sent})


def test_the_key_is_a_secret_of_the_run() -> None:
    fakes = Fakes()

    component("{type: ApiKeyAuthenticator, api_token: k-1, header: X-API-Key}", AUTHENTICATOR).build(
        fakes.resources()
    )

    assert fakes.minted == ["k-1"]


@pytest.mark.parametrize(
    "places",
    [
        pytest.param("", id="nowhere"),
        pytest.param("header: X-A, inject_into: {inject_into: header, field_name: X-B}", id="two places"),
    ],
)
def test_a_key_has_one_place(places: str) -> None:
    with pytest.raises(ManifestError, match="needs either `inject_into` or `header`"):
        component(f"{{type: ApiKeyAuthenticator, api_token: k-1, {places}}}", AUTHENTICATOR)


def test_a_key_joins_the_declared_json_body() -> None:
    """Objects of one JSON body merge, at any depth."""
    fakes = Fakes(answers=[json_response({})])
    requester = component(
        """
        type: HttpRequester
        url: https://api.example.com/orders
        http_method: POST
        request_body_json: {auth: {user: ada}, status: open}
        authenticator:
          type: ApiKeyAuthenticator
          api_token: k-1
          inject_into: {inject_into: body_json, field_path: [auth, key]}
        """,
        REQUESTER,
    ).build(fakes.resources())

    requester.fetch({"config": {}}, NO_OPTIONS, None)

    assert fakes.sent[0].options.json == {"auth": {"user": "ada", "key": "k-1"}, "status": "open"}
