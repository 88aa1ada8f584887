"""The editor in a real browser: what only typing and looking can tell."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import Serve, Shoot
from tests.ui.opened import connector
from tests.ui.views.test_stream import ORDERS, RICH

from penstock_ui import verb

STREAM = RICH.split("streams:\n")[1].split("  - type: DeclarativeStream\n    name: things")[0]


@pytest.fixture(scope="module")
def builder(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The builder on two connectors: `shop`, and `long` of 1,000 lines."""
    folder = tmp_path_factory.mktemp("connectors")
    connector(folder, text=RICH)
    count = 1000 // STREAM.count("\n")
    more = "".join(STREAM.replace("name: orders", f"name: orders_{number}") for number in range(count))
    connector(folder, "long", RICH + more)
    return serve(verb.APP, **{verb.FOLDER: str(folder), verb.DEMO: ""})


def field(page: Page, place: str) -> str:
    """The selector of the input of a widget, whatever its epoch."""
    name = re.sub(r"[^a-zA-Z0-9_-]", "-", place)
    return f'[class*="{name}"] input'


def test_typing_on_after_tab_loses_no_character(builder: str, page: Page) -> None:
    """The first field is written while somebody types in the second."""
    page.goto(
        f"{builder}/?manifest=shop/manifest.yaml&view=stream&card={ORDERS}/paginator/pagination_strategy"
    )
    size, start = (
        page.locator(field(page, f"pagination_strategy/{name}"))
        for name in ("page_size:template", "start_from_page:number")
    )
    size.fill("")

    size.press_sequentially("321", delay=15)
    page.keyboard.press("Tab")  # to the help of the next field
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("98765", delay=60)
    page.keyboard.press("Tab")

    expect(page.locator(".st-key-open-pages")).to_contain_text("321 records · start from page 98765")
    expect(start).to_have_value("98765")


def test_an_edit_changes_the_line_of_its_chapter(builder: str, page: Page, shoot: Shoot) -> None:
    """In a manifest of 1,000 lines, each time that the field is left."""
    page.goto(f"{builder}/?manifest=long/manifest.yaml&view=stream&card={ORDERS}/requester")
    written = page.locator(field(page, "requester/url:template"))

    for number in range(5):
        written.fill(f"https://api.example.com/n{number}")
        written.blur()
        expect(page.locator(".st-key-open-endpoint")).to_contain_text(f"https://api.example.com/n{number}")

    shoot("stream-edit")


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_a_card_flips_to_yaml_where_typing_is_taken_over(
    builder: str, page: Page, shoot: Shoot, color_scheme: str
) -> None:
    """Without a word to save it; the line of the chapter follows."""
    page.goto(f"{builder}/?manifest=shop/manifest.yaml&view=stream&card=/streams/0/incremental_sync")
    page.locator('[class*="as--streams-0-incremental_sync"]').get_by_text("YAML").click()
    editor = page.locator(".cm-content")
    editor.get_by_text("cursor_field").click()

    page.keyboard.press("End")
    page.keyboard.type(color_scheme)

    expect(page.locator(".st-key-open-incremental")).to_contain_text(color_scheme)
    shoot(f"stream-yaml-{color_scheme}")
