from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector

from penstock.testing.fake_api import Answer, FakeApi, Received
from penstock_ui.importing import found_in

TOKEN = "s3cret-bearer-token"


@pytest.fixture
def shop(api: FakeApi) -> FakeApi:
    """An API with orders under `result.items`, for who shows the token."""

    def orders(request: Received) -> Answer | dict[str, object]:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer({"error": "who are you?"}, 401)
        return {"result": {"items": [{"id": number, "total": 5} for number in range(12)]}}

    api.on("/v1/orders", orders)
    return api


def paste(page: Opened, url: str) -> None:
    page.app.text_area(key="curl-text").set_value(f"curl '{url}' -H 'Authorization: Bearer {TOKEN}'")
    page.click("curl-import")


def test_a_pasted_curl_command_becomes_records(
    shop: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two clicks: the stream's records are found in its first answer."""
    page = Opened(tmp_path, monkeypatch)
    paste(page, f"{shop.url}/v1/orders")
    page.type("Name of the connector", "my shop")
    page.click("import-take")

    sample = page.session.reads["orders"].wait(60)

    assert len(sample.records) == 12
    assert page.draft.path == tmp_path / "my-shop" / "manifest.yaml"
    assert page.draft.value("/streams/0/retriever/record_selector/extractor/field_path") == [
        "result",
        "items",
    ]


def test_a_token_of_a_pasted_command_is_written_nowhere(
    shop: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a value to test with, in memory: no file below the folder holds it, nor does the page show it."""
    page = Opened(tmp_path, monkeypatch)
    paste(page, f"{shop.url}/v1/orders")
    page.click("import-take")
    page.session.reads["orders"].wait(60)
    page.run()

    assert TOKEN in str(page.session.values.written)
    assert not [
        path for path in tmp_path.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()
    ]
    assert TOKEN not in page.said
    assert TOKEN not in str(page.place)


def test_what_is_no_curl_command_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page stays, with the reason."""
    page = Opened(tmp_path, monkeypatch)

    page.app.text_area(key="curl-text").set_value("wget http://example.com")
    page.click("curl-import")

    assert page.app.error
    assert page.session.draft is None


def test_of_several_streams_some_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each guess is shown with how sure it is and why; streams that are not chosen are left out."""
    answer = {"200": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": {
        "type": "object", "properties": {"id": {"type": "integer"}}}}}}}}  # fmt: skip
    paths = {f"/{name}": {"get": {"responses": answer}} for name in ("orders", "people")}
    page = Opened(tmp_path, monkeypatch)
    document = {"openapi": "3.0.0", "info": {"title": "Shop", "version": "1"},
                "servers": [{"url": "https://api.shop.example"}], "paths": paths}  # fmt: skip
    page.session.kept["found"] = found_in("openapi", json.dumps(document))
    page.run()

    shown = page.app.dataframe[0].value
    page.app.multiselect(key="import-streams").set_value(["people"])
    page.click("import-take")

    assert "record path" in list(shown["Part"])
    assert shown["Why"].str.len().min() > 0
    assert page.session.streams == ["people"]


def test_a_connector_that_is_there_is_not_overwritten(
    shop: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another name is asked for."""
    path = connector(tmp_path, "shop")
    page = Opened(tmp_path, monkeypatch)
    paste(page, f"{shop.url}/v1/orders")

    page.type("Name of the connector", "shop")
    page.click("import-take")

    assert path.read_text() == MANIFEST
    assert "there is a connector" in page.said


def test_a_stream_begins_from_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name and a URL are enough."""
    page = Opened(tmp_path, monkeypatch)
    page.app.button_group(key="start-way").set_value("URL")
    page.run()

    page.app.text_input(key="url-name").set_value("orders")
    page.app.text_input(key="url-url").set_value("http://127.0.0.1:9/v1/orders")
    page.click("url-begin")

    assert page.app.title[0].value == "1 stream found"


def test_a_fork_begins_with_what_is_wrong_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The problems are counted and shown before a copy is opened; the text is taken as it is."""
    text = MANIFEST.replace("SimpleRetriever", "SimpleRetreiver")
    page = Opened(tmp_path, monkeypatch)
    page.app.button_group(key="start-way").set_value("Airbyte manifest")
    page.run()

    page.app.text_area(key="fork-text").set_value(text)
    page.run()
    told = page.said
    page.click("fork-open")

    assert "1 error" in told
    assert "SimpleRetreiver" in told
    assert page.draft.text == text
    assert page.place["view"] == "problems"


def test_a_connector_of_the_folder_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are listed by their place in the folder."""
    path = connector(tmp_path)
    page = Opened(tmp_path, monkeypatch)
    page.app.button_group(key="start-way").set_value("Open")
    page.run()

    page.click("open-0")

    assert page.draft.path == path
