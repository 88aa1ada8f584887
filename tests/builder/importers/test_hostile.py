"""What others made may be anything: it is refused with a word, or read without harm."""

from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.authoring import load_text, plain
from penstock.errors import ConfigError
from penstock_builder.importers import import_text

Json = Any

CANARY = "c4n4ry-5ecret-0123456789"
DEEP = "[" * 100_000 + "]" * 100_000
ANSWERED = {"status": 200, "content": {"mimeType": "application/json", "text": DEEP}}
ASKED = {"method": "GET", "url": "https://api.example/items", "headers": []}


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("curl", f"curl https://api.example/x -H 'Content-Type: application/json' -d '{DEEP}'"),
        ("curl", 'curl https://api.example/x -d \'{"a":' + "[" * 900 + "]" * 900 + "}'"),
        ("openapi", '{"openapi": "3.0.0", "paths": ' + DEEP + "}"),
        ("har", '{"log": {"entries": ' + DEEP + "}}"),
        ("har", json.dumps({"log": {"entries": [{"request": ASKED, "response": ANSWERED}]}})),
        ("postman", '{"item": ' + DEEP + "}"),
        ("postman", '{"item": ' + '[{"item": ' * 400 + "[]" + "}]" * 400 + "}"),
    ],
    ids=["curl", "curl-body", "openapi", "har", "har-answer", "postman", "postman-folders"],
)
def test_deep_nesting_is_refused(form: str, text: str) -> None:
    """It is the text's fault, and told as such."""
    with pytest.raises(ConfigError, match=r"nested too deep|gives a list of records"):
        import_text(form, text)


@pytest.mark.parametrize(
    "item",
    [
        {"request": "http://[x"},
        {"request": {"url": "https://api.example:99999/x"}},
        {"request": {"url": {"raw": 5, "query": "x"}, "header": "h"}},
    ],
    ids=["bracket", "port", "no-text"],
)
def test_a_request_without_a_url_is_left_out(item: Json) -> None:
    """The others of its collection are read."""
    good = {"name": "Orders", "request": "https://api.example/orders"}

    written = import_text("postman", json.dumps({"item": [item, good]}))

    assert list(written.origins.values()) == ["Orders"]
    assert len(written.left_out) == 1


def test_an_example_with_an_odd_status_is_passed_over() -> None:
    """A code is a number; else nothing is known of the answer."""
    item = {"request": "https://api.example/orders", "response": [{"code": "ok", "body": "[]"}]}

    assert import_text("postman", json.dumps({"item": [item]})).origins


def test_a_server_hands_no_credential_over() -> None:
    """Neither a user in its URL, nor its query, nor the default of a parameter that is a key."""
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": f"https://me:{CANARY}@api.example/v1?key={CANARY}"}],
        "paths": {
            "/orders": {
                "get": {
                    "parameters": [
                        {
                            "name": "api_key",
                            "in": "query",
                            "required": True,
                            "schema": {"type": "string", "default": CANARY},
                        }
                    ],
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {
                                "application/json": {"schema": {"type": "array", "items": {"type": "object"}}}
                            },
                        }
                    },
                }
            }
        },
    }

    written = import_text("openapi", json.dumps(document))

    requester = plain(load_text(written.text))["streams"][0]["retriever"]["requester"]
    assert CANARY not in written.text
    assert requester["url"] == "https://api.example/v1/orders"
    assert "config['api_key']" in json.dumps(requester)


def test_a_template_in_a_path_is_a_variable_part() -> None:
    """As documentation writes them: `{id}` and `{{ id }}` are the same."""
    written = import_text("curl", "curl 'https://api.example/shops/{{ shop.id }}/orders'")

    requester = plain(load_text(written.text))["streams"][0]["retriever"]["requester"]
    assert requester["url"] == "https://api.example/shops/{{ config['shop_id'] }}/orders"
