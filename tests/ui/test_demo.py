"""The builder in a real browser, as `penstock ui --demo` starts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import Shoot
from tests.ui.started import penstock_ui


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The address of the demo, started by the command line."""
    with penstock_ui("--demo") as address:
        yield address


def place(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_the_demo_opens_and_reads_without_any_setting(page: Page, demo: str, shoot: Shoot) -> None:
    """The example stands at its first stream; one click reads records, masked; nothing leaves the machine."""
    page.goto(demo)
    expect(page.locator(".st-key-test-run button").first).to_be_enabled()
    expect(page.locator(".st-key-badge-lint")).to_contain_text("0 errors")

    page.locator(".st-key-test-run button").first.click()

    expect(page.locator(".st-key-evidence")).to_contain_text(re.compile(r"57 records"))
    expect(page.locator("body")).not_to_contain_text("@example.org")
    shoot("demo")


def test_a_link_opens_its_place_in_a_new_tab(page: Page, demo: str) -> None:
    """Connector, view and stream stand in the address."""
    page.goto(f"{demo}/?manifest=bookshop/manifest.yaml&view=stream&stream=orders")
    expect(page.locator(".st-key-stream-orders button[kind=secondary]")).to_be_visible()

    page.goto(f"{demo}/?manifest=bookshop/manifest.yaml&view=history")

    expect(page.get_by_role("heading", name="History")).to_be_visible()


def test_the_way_back_leads_through_the_views(page: Page, demo: str) -> None:
    """The browser's back button shows what was looked at before, and forward again."""
    page.goto(demo)
    page.locator(".st-key-view-inputs button").click()
    expect(page.get_by_role("heading", name="Inputs")).to_be_visible()
    page.locator(".st-key-view-history button").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()

    page.go_back()
    expect(page.get_by_role("heading", name="Inputs")).to_be_visible()
    before = place(page)["view"]
    page.go_forward()

    expect(page.get_by_role("heading", name="History")).to_be_visible()
    assert before == "inputs"


def test_the_way_back_leads_through_the_tabs(page: Page, demo: str) -> None:
    """The tab stands in the address: back shows the one before, and the first where the address names none."""
    tabs = page.locator(".st-key-evidence-tab")
    page.goto(f"{demo}/?manifest=bookshop/manifest.yaml&view=stream&stream=customers")
    page.locator(".st-key-test-run button").first.click()
    expect(page.locator(".st-key-summary")).to_contain_text("57 records")
    tabs.get_by_text("Log", exact=True).click()
    expect(page.get_by_text("Requests and waits over time")).to_be_visible()
    tabs.get_by_text("Why", exact=True).click()
    expect(page.get_by_text("What led to this page")).to_be_visible()

    page.go_back()
    expect(page.get_by_text("Requests and waits over time")).to_be_visible()
    page.go_back()

    expect(page.locator(".st-key-evidence [data-testid=stDataFrame]")).to_be_visible()
    assert "tab" not in place(page)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["inputs", "history", "problems"])
def test_views_are_seen(page: Page, demo: str, shoot: Shoot, view: str, color_scheme: str) -> None:
    """Each has its title, and none scrolls sideways at the size of a laptop."""
    page.goto(f"{demo}/?manifest=bookshop/manifest.yaml&view={view}")

    expect(page.get_by_role("heading", name=view.capitalize())).to_be_visible()
    expect(page.locator(".st-key-badge-lint")).to_contain_text("errors")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.wait_for_timeout(500)  # the tables are drawn on canvases after the page
    shoot(f"{view}-{color_scheme}")


def test_a_curl_command_becomes_records_in_the_browser(page: Page, demo: str, shoot: Shoot) -> None:
    """Paste, import, create: the records are on the screen."""
    page.goto(f"{demo}/?manifest=bookshop/manifest.yaml&view=inputs")
    field = page.get_by_label("Address of the shop's API")
    expect(field).to_have_value(re.compile("http://"))  # for a moment a field is empty
    address = field.input_value()
    page.goto(f"{demo}/?view=start")
    command = page.get_by_role("textbox", name="Paste a curl command")
    command.fill(f"curl '{address}/customers' -H 'Authorization: Bearer bookshop-demo-token'")
    page.locator(".st-key-curl-import button").click()
    shoot("start-found")

    page.locator(".st-key-import-take button").click()

    expect(page.locator(".st-key-evidence")).to_contain_text(re.compile(r"20 records"))
    assert Path(place(page)["manifest"]).name == "manifest.yaml"
    shoot("start-records")
