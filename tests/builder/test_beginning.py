"""How a connector begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from penstock.authoring import parse_manifest
from penstock.testing.fake_api import FakeApi
from penstock_builder.beginning import begin, find_records, folder_name, only, proposed_name
from penstock_builder.draft import Draft, DraftError
from penstock_builder.importers import all_importers, starter
from penstock_builder.importers.making.manifest import write
from penstock_builder.testing.sample import TestRead


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("api.shop.example", "shop"),
        ("www.orders.io", "orders"),
        ("127.0.0.1", "connector"),
        ("", "connector"),
    ],
)
def test_a_name_is_proposed_after_the_host(host: str, name: str) -> None:
    """What all hosts have in their names tells nothing."""
    assert proposed_name(host) == name


@pytest.mark.parametrize("name", ["../outside", "a/b", "..", " ", "/etc/x"])
def test_a_connector_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    """Whatever its name, its folder is right below."""
    path = begin(tmp_path, name, starter("items", "https://api.example.com/items").text).path

    assert path.parent.parent == tmp_path
    assert path.parent.name == folder_name(name)


def test_a_connector_that_is_there_stays(tmp_path: Path) -> None:
    """A second of its name is refused."""
    begin(tmp_path, "shop", "version: 1\n")

    with pytest.raises(DraftError):
        begin(tmp_path, "shop", "version: 2\n")

    assert (tmp_path / "shop" / "manifest.yaml").read_text() == "version: 1\n"


def test_some_streams_of_an_import_are_left_out() -> None:
    """Only the chosen ones are in the manifest."""
    schema = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}}}}
    answers = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    paths = {path: {"get": {"responses": answers}} for path in ("/orders", "/people")}
    document = {"openapi": "3.0.0", "servers": [{"url": "https://api.shop.example"}], "paths": paths}
    imported = all_importers()["openapi"].read(json.dumps(document))
    whole = write(imported)
    one = next(iter(whole.origins))

    some = only(imported, whole, [one])

    assert len(whole.origins) == 2
    assert list(some.origins) == [one]


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ({"data": {"items": [{"id": number, "name": "x"} for number in range(5)]}}, ["data", "items"]),
        ([{"id": 1}, {"id": 2}], []),
        ({"id": 1, "name": "x"}, []),
    ],
    ids=["below keys", "the answer itself", "one record"],
)
def test_records_are_found_in_the_first_answer(
    api: FakeApi, tmp_path: Path, answer: object, path: list[str]
) -> None:
    """The record path is set where the answer is sure to hold a list below a key; else it stays."""
    api.on("/items", answer)
    draft = Draft.new(tmp_path, text=starter("items", f"{api.url}/items").text)
    sample = TestRead(parse_manifest(draft.text), "items", {}).start().wait(20)

    find_records(draft, "items", sample)

    at = "/streams/0/retriever/record_selector/extractor/field_path"
    assert draft.value(at) == path


def test_a_record_path_that_was_set_is_kept(api: FakeApi, tmp_path: Path) -> None:
    """A person knows better."""
    api.on("/items", {"data": [{"id": 1}, {"id": 2}], "others": []})
    draft = Draft.new(tmp_path, text=starter("items", f"{api.url}/items").text)
    at = "/streams/0/retriever/record_selector/extractor/field_path"
    draft.set(at, ["others"])
    sample = TestRead(parse_manifest(draft.text), "items", {}).start().wait(20)

    assert find_records(draft, "items", sample) is None
    assert draft.value(at) == ["others"]
