from __future__ import annotations

from typing import Any

import jinja2
import pytest

from penstock.expressions.lookup import MISSING, UNDEFINED, UNSURE, Lookup, find_lookup
from penstock.expressions.scope import LastRecord, Slice


def look_up(path: str, before: str = "") -> Lookup | None:
    return find_lookup(jinja2.Environment(autoescape=False).parse(f"{before}{{{{ {path} }}}}"))


@pytest.mark.parametrize(
    ("path", "record", "answer"),
    [
        pytest.param("record", {"id": 7}, {"id": 7}, id="the variable itself"),
        pytest.param("record['id']", {"id": 7}, 7, id="a key"),
        pytest.param("record.id", {"id": 7}, 7, id="a key after a dot"),
        pytest.param("record['a']['b'].c", {"a": {"b": {"c": 7}}}, 7, id="keys of keys"),
        pytest.param("record.tags[1]", {"tags": ["a", "b"]}, "b", id="an index"),
        pytest.param("record.get('id')", {"id": 7}, 7, id="get"),
        pytest.param("record.get('id')", {}, None, id="get gives null"),
        pytest.param("record.get('id', 'none')", {}, "none", id="get gives its default"),
        pytest.param("record['id']", Slice({"id": 7}), 7, id="a key of a slice"),
        pytest.param("record['id']", {}, MISSING, id="a key that is not there"),
        pytest.param("record.tags[2]", {"tags": ["a", "b"]}, MISSING, id="an index past the end"),
        pytest.param("record['a'].b", {}, UNDEFINED, id="a key of something that is not there"),
        pytest.param("record['a'].b", {"a": None}, UNSURE, id="a key of null"),
        pytest.param("record['a'].b.c", {"a": "text"}, UNSURE, id="a key of text"),
        pytest.param("record[0]", {"0": 7}, UNSURE, id="an index into a mapping"),
        pytest.param("record['id']", LastRecord({"id": 7}), UNSURE, id="a mapping with attributes"),
    ],
)
def test_a_path_answers_only_what_it_knows(path: str, record: Any, answer: object) -> None:
    """Plain mappings and lists are looked into; of anything else only Jinja knows what it gives."""
    found = look_up(path)

    assert found is not None
    result = found({"record": record})
    assert result is answer if answer in (MISSING, UNDEFINED, UNSURE) else result == answer


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("record.items", id="a method of a mapping"),
        pytest.param("record['keys']", id="which a key in brackets may be too, where it is missing"),
        pytest.param("record.partition", id="a part of a slice"),
        pytest.param("record[key]", id="a key that is a variable"),
        pytest.param("record[1.5]", id="a key that is no text and no index"),
        pytest.param("record[1:]", id="a part of a list"),
        pytest.param("record.get(key)", id="get with a variable"),
        pytest.param("record.get('id', [])", id="get with a list as default"),
        pytest.param("record.get('id', default=1)", id="get with a named default"),
        pytest.param("record.get()", id="get of nothing"),
        pytest.param("record.get(*keys)", id="get of many"),
        pytest.param("record.get(1)", id="get of a number"),
        pytest.param("record.pop('id')", id="another method"),
        pytest.param("record['id'] | int", id="a filter"),
        pytest.param("record['id'] + 1", id="a sum"),
        pytest.param("now_utc()", id="a function"),
        pytest.param("'text'", id="a constant"),
        pytest.param("record }} and more {{ '' ", id="one of two expressions"),
        pytest.param("record }}{% if true %}{% endif %}{{ ''", id="a statement"),
    ],
)
def test_anything_but_a_path_is_left_to_jinja(path: str) -> None:
    """So are names that Python's own types have: there a dot gives a method."""
    assert look_up(path) is None


@pytest.mark.parametrize(
    ("record", "answer"),
    [
        pytest.param({"shop": "a b", "id": 7}, "shops/a b/orders/7.json", id="text and a number"),
        pytest.param({"shop": "a"}, "shops/a/orders/.json", id="a key that is not there"),
        pytest.param({"shop": True, "id": 1}, UNSURE, id="a value that Python writes in its own way"),
        pytest.param({"shop": "a", "id": 10**5_000}, UNSURE, id="a number that Python does not write"),
        pytest.param({"shop": "a", "id": [7]}, UNSURE, id="a list"),
    ],
)
def test_text_with_paths_in_it_is_joined(record: Any, answer: object) -> None:
    """The path of most URLs is one."""
    found = look_up("record.shop }}/orders/{{ record.id }}.json{{ record.none", before="shops/")

    assert found is not None
    assert found({"record": record}) == answer


def test_a_part_of_nothing_is_told_before_anything_is_joined() -> None:
    found = look_up("record.id }}/{{ record['a'].b")

    assert found is not None
    assert found({"record": {"id": 7}}) is UNDEFINED
