"""From a curl command to a tested, masked, incremental connector in DuckDB: one journey, as a person makes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.ui.conftest import Serve, Shoot

from penstock.testing.fake_api import Answer, FakeApi, Json, Received
from penstock_ui import verb

TOKEN = "tok-7f3a9c5e1b8d4f60"
PEOPLE, PAGE = 27, 10


def person(number: int) -> dict[str, Json]:
    """A person of the API; every third has a nickname."""
    made: dict[str, Json] = {
        "id": number,
        "email": f"person{number}@mail.example",
        "city": ("Leeds", "York", "Hull")[number % 3],
        "updated_at": f"2026-02-{number:02d}T08:00:00Z",
    }
    return made if number % 3 else {**made, "nickname": f"nick{number}"}


class People:
    """A list behind a token: pages by a link, `since` for what changed, and beside the records a list that is none."""

    def __init__(self, api: FakeApi) -> None:
        self.api = api
        self.url = api.url.replace("127.0.0.1", "localhost")  # a bare address in a link counts as personal
        self.known = [person(number) for number in range(1, PEOPLE + 1)]
        api.on("/v1/people", self._page)

    def _page(self, request: Received) -> Answer | Json:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer({"error": "who are you?"}, 401)
        since, begin = request.params.get("since", ""), int(request.params.get("from", "0"))
        fitting = [each for each in self.known if each["updated_at"] >= since]
        asked = f"&since={since}" if since else ""
        following = f"{self.url}/v1/people?from={begin + PAGE}{asked}" if begin + PAGE < len(fitting) else None
        teams = [{"team": f"team {number}", "seats": number} for number in range(12)]
        return {"result": {"people": fitting[begin : begin + PAGE], "teams": teams}, "next": following}


def button(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} button").first


def tab(page: Page, name: str) -> None:
    page.locator(".st-key-evidence-tab button", has_text=name).click()


def summary(page: Page, text: str) -> None:
    expect(page.locator(".st-key-summary")).to_contain_text(text)


def unfold(page: Page, *fields: str) -> None:
    tree = page.get_by_role("tree", name="Answer")
    for field in fields:
        row = tree.get_by_role("treeitem", expanded=False).filter(has=page.locator(f".key:text-is('{field}')")).first
        row.locator(".fold").click()


def choose(page: Page, field: str, action: str) -> None:
    """Click a node of the answer's tree, and an action beside it."""
    tree = page.get_by_role("tree", name="Answer")
    tree.get_by_role("treeitem").filter(has=page.locator(f".key:text-is('{field}')")).first.click()
    tree.get_by_role("button", name=action).click()


@pytest.fixture
def people(api: FakeApi) -> People:
    return People(api)


@pytest.fixture(autouse=True)
def patient():
    expect.set_options(timeout=20_000)

@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "connectors"
    folder.mkdir()
    return folder

@pytest.fixture
def url(folder):
    from tests.ui.started import penstock_ui
    with penstock_ui(str(folder)) as u:
        yield u

def test_explore(page: Page, url, folder, shoot: Shoot, people: People, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(url)
    page.get_by_role("textbox", name="Paste a curl command").fill(
        f"curl '{people.url}/v1/people' -H 'Authorization: Bearer {TOKEN}' -H 'Accept: application/json'"
    )
    button(page, "curl-import").click()
    page.get_by_role("textbox", name="Name of the connector").wait_for()
    page.wait_for_timeout(1000)
    shoot("1-found")
    page.get_by_role("textbox", name="Name of the connector").fill("people")
    button(page, "import-take").click()
    summary(page, "all was read")
    shoot("2-created")
    tab(page, "Answer")
    page.get_by_role("tree", name="Answer").wait_for()
    page.wait_for_timeout(800)
    shoot("3-answer")
    print((folder / "people" / "manifest.yaml").read_text())
    choose(page, "people", "Records are here")
    page.wait_for_timeout(3000)
    shoot("4-0")
    summary(page, "10 records")
    page.wait_for_timeout(800)
    shoot("4-records")
    button(page, "guess-pages-0").click()
    summary(page, "27 records")
    page.wait_for_timeout(800)
    shoot("5-pages")
    unfold(page, "people")
    page.wait_for_timeout(300)
    shoot("5-unfolded")
    choose(page, "id", "Primary key")
    page.wait_for_timeout(1800)
    shoot("6-key")
    choose(page, "updated_at", "Cursor")
    page.locator(".st-key-confirm-cursor").wait_for()
    page.wait_for_timeout(800)
    shoot("7-cursor")
    field = page.get_by_role("combobox", name="Parameter of the start")
    field.fill("since")
    field.press("Enter")
    page.wait_for_timeout(800)
    shoot("8-cursor-since")
    button(page, "confirm-cursor-ok").click()
    page.wait_for_timeout(1800)
    shoot("9-cursor-set")
    choose(page, "email", "Mask")
    page.wait_for_timeout(800)
    shoot("10-mask")
    button(page, "confirm-mask-ok").click()
    page.wait_for_timeout(1800)
    shoot("11-masked")
    print((folder / "people" / "manifest.yaml").read_text())
    button(page, "test-run").click()
    summary(page, "27 records")
    for name in ("Records", "State"):
        tab(page, name)
        page.wait_for_timeout(1000)
        shoot(f"12-{name}")
    button(page, "undo").click()
    page.wait_for_timeout(1000)
    shoot("13-undo")
    button(page, "redo").click()
    page.wait_for_timeout(1000)
    shoot("14-redo")
    button(page, "view-tests").click()
    page.get_by_role("heading", name="Tests & recordings").wait_for()
    page.wait_for_timeout(1000)
    shoot("15-tests")
    page.get_by_role("textbox", name="Name", exact=True).fill("two pages")
    button(page, "record-save").click()
    page.wait_for_timeout(1500)
    shoot("16-saved")
    button(page, "tests-run").click()
    page.wait_for_timeout(1500)
    shoot("17-run")
    button(page, "view-data").click()
    page.wait_for_timeout(1500)
    shoot("18-data")
    page.get_by_role("button", name="Sync into DuckDB").click()
    page.wait_for_timeout(500)
    shoot("19-sync-form")
    button(page, "sync-run").click()
    page.locator(".st-key-sync-progress").wait_for()
    page.wait_for_timeout(3000)
    shoot("20-synced")
    print(sorted(str(p.relative_to(folder)) for p in folder.rglob("*")))
    button(page, "view-publish").click()
    page.get_by_role("heading", name="Publish").wait_for()
    page.wait_for_timeout(1500)
    shoot("21-publish")
    button(page, "publish-run").click()
    page.wait_for_timeout(1500)
    shoot("22-publish-run")
