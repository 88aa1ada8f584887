from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.authoring import load_text, plain, read_text
from penstock.errors import ConfigError
from penstock_builder.importers import all_importers, import_text, read, starter
from penstock_builder.importers.making.names import stream_names
from penstock_builder.importers.making.yaml_text import Noted, to_yaml
from penstock_builder.lint import lint

CANARY = "c4n4ry-5ecret-0123456789"

Json = Any

COLLECTION: Json = {
    "info": {
        "name": "Shop",
        "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    "variable": [{"key": "baseUrl", "value": "https://shop.example/v1"}],
    "auth": {"type": "bearer", "bearer": [{"key": "token", "value": CANARY, "type": "string"}]},
    "item": [
        {
            "name": "Orders",
            "item": [
                {
                    "name": "List orders",
                    "request": {
                        "method": "GET",
                        "header": [{"key": "X-Trace", "value": "{{trace}}"}],
                        "url": {
                            "raw": "{{baseUrl}}/orders?page=1&limit=20&debug=1",
                            "query": [
                                {"key": "page", "value": "1"},
                                {"key": "limit", "value": "20"},
                                {"key": "debug", "value": "1", "disabled": True},
                            ],
                        },
                    },
                    "response": [
                        {"name": "ok", "code": 200, "body": json.dumps({"orders": [{"id": 1}, {"id": 2}]})}
                    ],
                },
                {
                    "name": "Lines",
                    "request": {"method": "GET", "url": "{{baseUrl}}/orders/:orderId/lines"},
                    "response": [{"code": 200, "body": json.dumps({"lines": [{"id": 5}, {"id": 6}]})}],
                },
                {"name": "Delete", "request": {"method": "DELETE", "url": "{{baseUrl}}/orders/1"}},
            ],
        },
        {"name": "Elsewhere", "request": {"url": "{{other}}/things", "auth": {"type": "noauth"}}},
    ],
}


def test_the_forms_are_the_files_of_the_folder() -> None:
    """No list is kept."""
    assert list(all_importers()) == ["curl", "har", "openapi", "postman"]


def test_a_collection_becomes_streams() -> None:
    """Folders are walked, auth is inherited, variables are put in, what is off is left out."""
    written = import_text("postman", json.dumps(COLLECTION))

    manifest = plain(load_text(written.text))
    orders, lines, things = manifest["streams"]
    assert [stream["name"] for stream in manifest["streams"]] == ["orders", "lines", "things"]
    assert orders["retriever"]["requester"]["url"] == "https://shop.example/v1/orders"
    assert orders["retriever"]["paginator"]["pagination_strategy"]["page_size"] == 20
    assert "request_parameters" not in orders["retriever"]["requester"]
    assert lines["retriever"]["partition_router"]["parent_stream_configs"][0]["parent_key"] == "id"
    assert things["retriever"]["requester"]["url"] == "{{ config['other'] }}/things"
    assert manifest["definitions"]["authenticator"]["type"] == "BearerAuthenticator"
    assert written.secrets == {"api_token": CANARY}
    assert CANARY not in repr(written)
    found = lint(read_text(written.text))
    assert [str(f.diagnostic) for f in found if f.diagnostic.severity != "note"] == []


@pytest.mark.parametrize("form", ["har", "openapi", "postman"])
@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", "null", f"{CANARY}: [", '{"log": {"entries": 3}}', "a\tb: ["]
)
def test_what_is_not_of_the_form_is_told(form: str, text: str) -> None:
    """As an error without a value."""
    with pytest.raises(ConfigError) as raised:
        import_text(form, text)

    assert CANARY not in str(raised.value)


def test_a_schema_that_holds_itself_is_left_open_there() -> None:
    """References that go round do not go on for ever."""
    document = {
        "openapi": "3.1.0",
        "servers": [{"url": "https://a.example"}],
        "paths": {"/nodes": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {
            "type": "array", "items": {"$ref": "#/components/schemas/Node"}}}}}}}}},
        "components": {"schemas": {"Node": {"type": "object", "properties": {
            "id": {"type": "string"}, "up": {"$ref": "#/components/schemas/Node"},
            "loop": {"$ref": "#/components/schemas/Loop"}}}, "Loop": {"$ref": "#/components/schemas/Loop"}}},
    }  # fmt: skip

    written = import_text("openapi", json.dumps(document))

    schema = plain(load_text(written.text))["schemas"]["nodes"]
    assert schema["properties"] == {"id": {"type": "string"}, "up": {}, "loop": {}}


def test_a_starter_has_the_name_that_was_asked_for() -> None:
    """And takes a token out of its URL."""
    written = starter("my_orders", f"https://a.example/v1/orders?token={CANARY}&page=0")

    assert list(written.origins) == ["my_orders"]
    assert CANARY not in repr(written)


def test_saved_answers_of_postman_keep_the_pages_they_were_asked_for() -> None:
    """Two of them show how the list goes on."""
    saved = [
        {
            "code": 200,
            "body": json.dumps({"rows": [{"id": 2 * page}, {"id": 2 * page + 1}]}),
            "originalRequest": {"method": "GET", "url": {"raw": f"https://x.example/things?p={page}"}},
        }
        for page in (1, 2)
    ]
    item = {"name": "Things", "request": "https://x.example/things?p=1", "response": saved}

    (operation,) = read("postman", json.dumps({"item": [item]})).operations

    assert [exchange.url for exchange in operation.exchanges] == [
        "https://x.example/things?p=1",
        "https://x.example/things?p=2",
    ]


def test_variables_of_a_graphql_request_are_sent() -> None:
    """Postman keeps them as a text of JSON; one that is none, or empty, is left out."""
    query = "query things($first: Int) { things(first: $first) { id } }"
    items = [
        {
            "name": name,
            "request": {
                "method": "POST",
                "url": f"https://x.example/{name}/query",
                "body": {"mode": "graphql", "graphql": {"query": query, "variables": variables}},
            },
        }
        for name, variables in (("a", '{"first": 10}'), ("b", ""))
    ]

    bodies = [each.body for each in read("postman", json.dumps({"item": items})).operations]

    assert bodies == [{"query": query, "variables": {"first": 10}}, {"query": query}]


@pytest.mark.parametrize("form", ["har", "postman"])
def test_a_form_field_that_is_sent_twice_keeps_both_values(form: str) -> None:
    """As in a command of curl."""
    fields = [("kind", "x"), ("kind", "y"), ("tag", "a")]
    url = "https://shop.example/search"
    posted = {"mode": "urlencoded", "urlencoded": [{"key": key, "value": value} for key, value in fields]}
    saved = {"code": 200, "body": '[{"id": 1}, {"id": 2}]'}
    asked = {"name": "Find", "request": {"method": "POST", "url": url, "body": posted}, "response": [saved]}
    collection = COLLECTION | {"item": [asked]}
    recorded = {
        "mimeType": "application/x-www-form-urlencoded",
        "params": [{"name": name, "value": value} for name, value in fields],
    }
    answer = {"status": 200, "content": {"mimeType": "application/json", "text": saved["body"]}}
    entry = {
        "request": {"method": "POST", "url": url, "headers": [], "postData": recorded},
        "response": answer,
    }
    text = json.dumps(collection if form == "postman" else {"log": {"version": "1.2", "entries": [entry]}})

    written = import_text(form, text).text

    assert "kind: \"['x', 'y']\"" in written
    assert "tag: a" in written


def test_references_into_other_files_are_told() -> None:
    """They are not followed, so what is in those files is missing: that is no silent loss."""
    listed = {"type": "array", "items": {"$ref": "common.yaml#/Order"}}
    responses = {"200": {"description": "", "content": {"application/json": {"schema": listed}}}}
    document = {
        "openapi": "3.0.3",
        "servers": [{"url": "https://x.example"}],
        "paths": {"/orders": {"get": {"responses": responses}}, "/people": {"$ref": "people.yaml"}},
    }

    (note,) = read("openapi", json.dumps(document)).notes

    assert note == ("not read: 2 references into other files; bundle all into one document, and import that")


def test_wrong_syntax_of_a_document_has_a_line() -> None:
    """JSON that was cut off, as well as YAML."""
    with pytest.raises(ConfigError) as cut:
        read("openapi", '{"openapi": "3.0.0",\n "paths": ')
    with pytest.raises(ConfigError) as wrong:
        read("openapi", "openapi: 3.0.0\npaths:\n  /a: [1\n  /b: 2\n")
    with pytest.raises(ConfigError) as empty:
        read("openapi", "")

    assert cut.value.hint.startswith("line 2: ")
    assert wrong.value.hint.startswith("line 4: ")
    assert empty.value.hint == "line 1: the file is empty"


def test_a_url_that_is_none_is_told() -> None:
    """Before anything is written."""
    with pytest.raises(ConfigError):
        starter("x", "orders")


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/v1/users", "/v1/users/{id}/orders"], ["users", "orders"]),
        (["/a/users", "/b/users"], ["users", "b_users"]),
        (["/api/v2/orders/search"], ["orders"]),
        (["/getInvoiceList"], ["invoice"]),
        (["/x", "/x", "/x"], ["x", "x_2", "x_3"]),
        (["/{id}"], ["records"]),
    ],
)
def test_streams_are_named_by_their_paths(paths: list[str], names: list[str]) -> None:
    """The last part that names something; more of it where that is taken."""
    assert stream_names([(path, "") for path in paths]) == names


scalars = (
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc:# {}-", max_size=5), inner, max_size=3)
    ),
)


@given(st.dictionaries(st.sampled_from("abcdef"), values, min_size=1), st.text(max_size=10))
def test_yaml_reads_back(value: dict[str, Json], comment: str) -> None:
    """What is written is what was meant, comments or not."""
    noted = {key: Noted(inner, comment) for key, inner in value.items()}

    assert plain(load_text(to_yaml(noted))) == value
