"""The evidence in a real browser: the first page before the second, clicks in the tree, the keyboard, and a canary."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from tests.held import Held
from tests.ui.conftest import Serve, Shoot, rests
from tests.ui.evidence.conftest import DEMO, MASKED

from penstock.testing.fake_api import FakeApi, Received
from penstock_ui import verb
from penstock_ui.demo import bookshop


@pytest.fixture(scope="module")
def second_page() -> Held:
    """The second page of customers, of the connector `slow`."""
    return Held({"data": bookshop.customers()[20:40]})


@pytest.fixture(scope="module")
def slow_api(second_page: Held) -> Iterator[FakeApi]:
    """The bookshop, whose second page of customers is held back."""
    with FakeApi() as api:
        bookshop.open_bookshop(api)
        all_customers = bookshop.customers()

        def customers(request: Received) -> object:
            number = int(request.params.get("page", "1"))
            part = all_customers[(number - 1) * 20 : number * 20]
            return second_page(request) if number == 2 else {"data": part}

        api.on("/slow", customers)
        yield api


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, slow_api: FakeApi) -> Path:
    """Connectors of the bookshop whose address and token are written down; one has another record path."""
    made = tmp_path_factory.mktemp("connectors")
    text = DEMO.read_text().replace("{{ config['url'] }}", slow_api.url)
    text = text.replace("{{ config['token'] }}", bookshop.TOKEN).replace(
        "required: [url, token]", "required: []"
    )
    for name, written in {
        "shop": text,
        "slow": text.replace("{ path: customers }", "{ path: slow }"),
        "lost": text.replace("field_path: [data]", "field_path: [nothing]"),
    }.items():
        (made / name).mkdir()
        (made / name / "manifest.yaml").write_text(written)
    return made


@pytest.fixture(scope="module")
def url(serve: Serve, folder: Path) -> str:
    shutil.rmtree(folder / ".penstock", ignore_errors=True)
    return serve(verb.APP, **{verb.FOLDER: str(folder), verb.DEMO: ""})


def open_at(page: Page, url: str, connector: str, tab: str = "records") -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    manifest = quote(f"{connector}/manifest.yaml")
    page.goto(f"{url}/?manifest={manifest}&view=stream&stream=customers&tab={tab}")
    page.locator(".st-key-test-run button:enabled").first.wait_for()


def run_test(page: Page) -> None:
    page.locator(".st-key-test-run button").first.click()
    page.locator(".st-key-summary", has_text="all was read").wait_for()


def test_the_first_page_shows_while_the_second_is_on_its_way(
    page: Page, url: str, shoot: Shoot, second_page: Held
) -> None:
    """Nobody waits for the rest; when that is there, it shows by itself."""
    open_at(page, url, "slow", "why")
    expect(page.get_by_text("to read the first records")).to_be_visible()

    page.keyboard.press("Control+Enter")
    expect(page.locator(".st-key-summary")).to_contain_text("20 records")
    expect(page.locator(".st-key-summary")).to_contain_text("reading")
    shoot("evidence-first-page")
    assert not second_page.is_sent
    second_page.let_go()

    expect(page.locator(".st-key-summary")).to_contain_text("57 records", timeout=30_000)
    expect(page.locator(".st-key-summary")).to_contain_text("all was read")


def test_pages_are_stepped_through_by_keyboard(page: Page, url: str) -> None:
    """Alt and PageDown, Alt and PageUp."""
    open_at(page, url, "shop", "request")
    run_test(page)

    page.keyboard.press("Alt+PageDown")
    expect(page.locator(".st-key-stepper")).to_contain_text("Page 2 of 3")
    page.keyboard.press("Alt+PageDown")
    expect(page.locator(".st-key-page-told")).to_contain_text("Last page: the page is short")

    page.keyboard.press("Alt+PageUp")
    expect(page.locator(".st-key-stepper")).to_contain_text("Page 2 of 3")


def test_a_click_in_the_tree_sets_the_record_path(page: Page, url: str, folder: Path, shoot: Shoot) -> None:
    """The manifest is written, and the records show at once."""
    open_at(page, url, "lost", "answer")
    run_test(page)
    tree = page.get_by_role("tree", name="Answer")
    tree.wait_for()
    shoot("evidence-no-records")

    tree.get_by_role("treeitem").filter(has=page.locator(".key:text-is('data')")).first.click()
    tree.get_by_role("button", name="Records are here").click()

    expect(page.locator(".st-key-summary")).to_contain_text("57 records", timeout=30_000)
    written = (folder / "lost" / "manifest.yaml").read_text()
    assert written.count("field_path: [data]") == 1


def test_the_browser_gets_no_secret_and_no_clear_value(
    page: Page, url: str, frames: list[bytes], shoot: Shoot
) -> None:
    """Canary: neither in the page nor in what the server sends, whatever tab is open; the toggle alone shows them."""
    open_at(page, url, "shop")
    run_test(page)
    texts = [page.content()]
    for name in ("Request", "Answer", "Schema", "State", "Faults", "Log", "Why", "Records"):
        page.locator(".st-key-evidence-tab button", has_text=name).first.click()
        rests(page)
        texts.append(page.content())
    page.get_by_text("Before and after").click()
    expect(page.get_by_text("Show clear values on this screen")).to_be_visible()
    rests(page)
    texts.append(page.content())
    shoot("evidence-masks")

    # the manifest holds the token of this connector, so the editor may show it; a value of a customer is nowhere
    sent = b"".join(frames).lower()
    assert b"57 records" in sent
    assert not [
        name for name in MASKED if name.encode() in sent or any(name in text.lower() for text in texts)
    ]

    del frames[:]
    page.get_by_text("Show clear values on this screen").click()
    expect(page.get_by_text("Clear values are on the screen.")).to_be_visible()
    rests(page)
    assert any(name.encode() in b"".join(frames).lower() for name in MASKED)
