from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.decoders import DECODER
from penstock.errors import ManifestError, ResponseError
from penstock.http.request import HttpResponse
from penstock.testing.fakes import built, component


def items(body: bytes, path: str = "data.users", settings: str = "") -> list[Any]:
    manifest = f"{{type: JsonItemsDecoder, items_path: {path}, {settings}}}"
    return list(built(manifest, DECODER)(HttpResponse(200, {}, body)))


@pytest.mark.parametrize(
    ("path", "body", "elements"),
    [
        pytest.param(
            "data.users", {"data": {"users": [{"id": 1}, {"id": 2}]}}, [{"id": 1}, {"id": 2}], id="deep"
        ),
        pytest.param("d", {"x": [{"d": [0]}], "d": [1], "y": 2}, [1], id="whatever stands around it"),
        pytest.param("item.d", [{"d": [1]}, {"d": [2]}], [1, 2], id="a list in each item of a list"),
        pytest.param(
            "d", {"d": [1, 1.5, "x", None, True, [], {}]}, [1, 1.5, "x", None, True, [], {}], id="all"
        ),
        pytest.param("d", {"d": {"id": 1}}, [], id="an object is no list"),
        pytest.param("d", {"e": [1]}, [], id="a path that leads nowhere"),
    ],
)
def test_the_items_of_a_list_are_the_elements(path: str, body: Any, elements: list[Any]) -> None:
    assert items(json.dumps(body).encode(), path) == elements


@pytest.mark.parametrize(
    ("settings", "body"),
    [
        pytest.param("", '{"d": ["Zoë"]}'.encode(), id="UTF-8"),
        pytest.param("", '\ufeff{"d": ["Zoë"]}'.encode(), id="with a byte-order mark"),
        pytest.param("encoding: latin-1", '{"d": ["Zoë"]}'.encode("latin-1"), id="Latin-1"),
        pytest.param("encoding: utf-16", '{"d": ["Zoë"]}'.encode("utf-16"), id="UTF-16"),
    ],
)
def test_the_character_set_is_declared(settings: str, body: bytes) -> None:
    assert items(body, "d", settings) == ["Zoë"]


@pytest.mark.parametrize(
    ("body", "before"),
    [
        pytest.param(b'{"d": [1, 2, {"id"', [1, 2], id="JSON that breaks off"),
        pytest.param(b'{"d": [1]} more', [1], id="more than one value"),
        pytest.param(b'{"d": [1, NaN]}', [1], id="JavaScript's numbers"),
        pytest.param(b"<html>", [], id="a web page"),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_a_body_that_is_no_json_is_an_error(body: bytes, before: list[Any]) -> None:
    """But what stood before is given. The message tells nothing of the body, which the library's would."""
    elements = iter(built("{type: JsonItemsDecoder, items_path: d}", DECODER)(HttpResponse(200, {}, body)))

    assert [next(elements) for _ in before] == before
    with pytest.raises(ResponseError, match=r"^stream orders: the answer is no JSON, or breaks off"):
        next(elements)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param("items_path: ''", "`items_path` leads nowhere", id="an empty path"),
        pytest.param("items_path: d, encoding: klingon", "`encoding` is no character set", id="an encoding"),
    ],
)
def test_what_cannot_be_read_is_told_at_once(settings: str, told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        component(f"{{type: JsonItemsDecoder, {settings}}}", DECODER)
