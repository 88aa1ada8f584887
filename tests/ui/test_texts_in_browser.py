"""What is typed in a real browser: `Ctrl+Z` in a field is the field's own, and no text is lost where the file changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import Serve, Shoot, rests
from tests.ui.opened import MANIFEST, connector

from penstock_ui import verb

RENAMED = "name: orders_2"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("connectors")
    connector(made)
    return made


@pytest.fixture(scope="module")
def builder(serve: Serve, folder: Path) -> str:
    return serve(verb.APP, **{verb.FOLDER: str(folder), verb.DEMO: ""})


@pytest.fixture
def manifest(folder: Path) -> Path:
    """The manifest as it was."""
    path = folder / "shop" / "manifest.yaml"
    path.write_text(MANIFEST)
    return path


def opened(page: Page, builder: str, view: str) -> None:
    page.goto(f"{builder}/?manifest=shop/manifest.yaml&view={view}&stream=orders")
    page.locator(".st-key-view-data").wait_for()
    rests(page)


def test_undo_in_a_field_is_the_fields_own(builder: str, page: Page, manifest: Path) -> None:
    """The manifest stays, also after the page was drawn anew; outside of fields the same keys undo its last change."""
    opened(page, builder, "stream")
    name = page.get_by_label("name", exact=True).first
    name.press("End")
    name.press_sequentially("_2")
    name.press("Enter")
    expect(page.locator(".st-key-stream-orders_2")).to_be_visible()
    rests(page)

    name.click()
    name.press("End")
    name.press_sequentially("xy")
    name.press("Control+z")
    in_field = name.input_value()
    rests(page)
    after_field = manifest.read_text()
    name.press("Escape")
    page.get_by_role("button", name="Inputs").click()
    expect(page.get_by_role("heading", name="Inputs")).to_be_visible()
    rests(page)
    other = page.get_by_label("Address").first
    other.fill("https://x")
    other.press("Control+z")
    other.press("Control+Shift+z")
    rests(page)
    after_other = manifest.read_text()
    page.get_by_role("heading", name="Inputs").click()
    page.keyboard.press("Control+z")
    expect(page.locator(".st-key-stream-orders")).to_be_visible()

    assert in_field != "orders_2xy"
    assert RENAMED in after_field
    assert RENAMED in after_other
    assert manifest.read_text() == MANIFEST


def test_undo_in_the_yaml_editor_is_the_editors_own(builder: str, page: Page, manifest: Path) -> None:
    """What was typed goes, and is saved so."""
    opened(page, builder, "text")
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("# typed")
    expect(editor).to_contain_text("# typed")

    page.keyboard.press("Control+z")

    expect(editor).not_to_contain_text("# typed")
    rests(page)
    assert manifest.read_text() == MANIFEST


@pytest.mark.usefixtures("one_by_one")
def test_what_is_typed_stays_where_the_file_changes(
    builder: str, page: Page, manifest: Path, shoot: Shoot
) -> None:
    """Typing goes on in the same place while it is told, and the text is saved by a click."""
    opened(page, builder, "text")
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+End")
    manifest.write_text(MANIFEST + "# by hand\n")

    page.keyboard.type("# my long")
    expect(page.get_by_text("What you typed is not saved.")).to_be_visible()
    page.keyboard.type(" comment")

    expect(editor).to_contain_text("# my long comment")
    rests(page)
    shoot("text-not-saved")
    page.locator(".st-key-yaml-save button").first.click()
    expect(page.get_by_text("What you typed is not saved.")).not_to_be_visible()
    assert manifest.read_text() == MANIFEST + "# my long comment"
