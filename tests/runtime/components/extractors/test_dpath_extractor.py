from __future__ import annotations

from typing import Any

import pytest

from penstock.components.extractors import EXTRACTOR
from penstock.errors import StreamError
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("path", "body", "records"),
    [
        pytest.param(
            "[data]", {"data": [{"id": 1}, {"id": 2}]}, [{"id": 1}, {"id": 2}], id="the items of a list"
        ),
        pytest.param("[data]", {"data": {"id": 1}}, [{"id": 1}], id="an object is one record"),
        pytest.param("[data]", {"data": {}}, [], id="an empty object is none"),
        pytest.param("[data]", {"data": []}, [], id="an empty list holds none"),
        pytest.param("[data]", {"data": None}, [], id="null is none"),
        pytest.param("[data]", {"data": 0}, [], id="zero is none"),
        pytest.param("[data]", {"data": ""}, [], id="empty text is none"),
        pytest.param("[data]", {"error": "no"}, [], id="a key that is not there"),
        pytest.param("[data]", [{"data": [1]}], [], id="a key of a list"),
        pytest.param("[data]", None, [], id="a key of nothing"),
        pytest.param("[]", {"id": 1}, [{"id": 1}], id="no path is the element itself"),
        pytest.param("[]", [{"id": 1}, {"id": 2}], [{"id": 1}, {"id": 2}], id="no path into a list"),
        pytest.param("[]", {}, [], id="no path into an empty object"),
        pytest.param("[data, items]", {"data": {"items": [{"id": 1}]}}, [{"id": 1}], id="two keys"),
        pytest.param("[data, items]", {"data": None}, [], id="null on the way"),
        pytest.param("[data-set]", {"data-set": [{"id": 1}]}, [{"id": 1}], id="a key that is no identifier"),
        pytest.param("['']", {"": [{"id": 1}]}, [{"id": 1}], id="an empty key"),
        pytest.param(
            "[data, '0']", {"data": [[{"id": 1}], []]}, [{"id": 1}], id="a number is an index of a list"
        ),
        pytest.param("[data, '2']", {"data": [[{"id": 1}]]}, [], id="an index past the end"),
        pytest.param("[data, '-1']", {"data": [[{"id": 1}]]}, [], id="no index counts from the end"),
        pytest.param("[data, '0']", {"data": {"0": [{"id": 1}]}}, [], id="a number is no key of an object"),
        pytest.param(
            "['1.5']", {"1.5": [{"id": 1}]}, [{"id": 1}], id="of numbers, only whole ones are indexes"
        ),
        pytest.param("['None']", {"None": [{"id": 1}]}, [{"id": 1}], id="a word that Python knows is a key"),
        pytest.param("[data, '1.5']", {"data": [1, 2]}, [], id="a number with a point is no index"),
    ],
)
def test_records_stand_at_a_path(path: str, body: Any, records: list[Any]) -> None:
    """A list gives its items; anything else that is not empty is one record."""
    extract = built(f"{{type: DpathExtractor, field_path: {path}}}", EXTRACTOR)

    assert list(extract(body)) == records


@pytest.mark.parametrize(
    ("path", "body", "records"),
    [
        pytest.param("[a, '*']", {"a": [{"n": 1}, {"n": 2}]}, [{"n": 1}, {"n": 2}], id="each item of a list"),
        pytest.param(
            "[a, '*']", {"a": {"x": {"n": 1}, "y": {"n": 2}}}, [{"n": 1}, {"n": 2}], id="each value"
        ),
        pytest.param(
            "[a, '*']", {"a": {"x": [1], "y": [2]}}, [[1], [2]], id="a list that matches is not opened"
        ),
        pytest.param(
            "[a, '*']", {"a": {"x": None, "y": {}}}, [None, {}], id="an empty value that matches counts"
        ),
        pytest.param(
            "['*', b]", {"x": {"b": 1}, "y": {"c": 2}, "z": 3}, [1], id="values without the key are passed"
        ),
        pytest.param("['*', items]", [{"items": [1]}], [[1]], id="each element of a list"),
        pytest.param("[a, '*']", {"b": 1}, [], id="nothing to match"),
        pytest.param("['b*']", {"bc": [{"n": 1}], "d": [2]}, [{"n": 1}], id="the one key that begins so"),
        pytest.param("['b?', c]", {"bx": {"c": {"n": 1}}}, [{"n": 1}], id="the one key of two letters"),
        pytest.param("['[ab]']", {"a": {"n": 1}}, [{"n": 1}], id="the one key of a set"),
        pytest.param("['**', c]", {"a": {"b": {"c": {"n": 1}}}}, [{"n": 1}], id="the one place at any depth"),
    ],
)
def test_wildcards_match_many_places(path: str, body: Any, records: list[Any]) -> None:
    """With a segment `*` each match is a record as it stands; other wildcards must match one place."""
    extract = built(f"{{type: DpathExtractor, field_path: {path}}}", EXTRACTOR)

    assert list(extract(body)) == records


def test_a_wildcard_that_matches_two_places_is_an_error() -> None:
    """Only `*` alone asks for all of them."""
    extract = built("{type: DpathExtractor, field_path: ['b*']}", EXTRACTOR)

    with pytest.raises(StreamError, match="leads to more than one place"):
        list(extract({"bc": [1], "bd": [2]}))


def test_the_config_names_the_path() -> None:
    extract = built(
        "{type: DpathExtractor, field_path: [\"{{ config['report'] }}\", rows]}", EXTRACTOR, report="sales"
    )

    assert list(extract({"sales": {"rows": [{"id": 1}]}})) == [{"id": 1}]
