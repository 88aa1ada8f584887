"""From a curl command to a tested, masked, incremental connector in DuckDB: one journey, as a person makes it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.ui.conftest import Shoot
from tests.ui.started import PENSTOCK, penstock_ui

from penstock.testing.fake_api import Answer, FakeApi, Json, Received
from penstock_builder.draft import Draft

TOKEN = "tok-7f3a9c5e1b8d4f60"
CLEAR = "@mail.example"
"""What every e-mail address of the API ends with."""
PEOPLE, PAGE = 27, 10
TEAMS = [{"team": number, "seats": 5} for number in range(12)]
RESTS = """() => {
  const state = document.querySelector("[data-testid=stApp]").dataset.testScriptState
  if (state !== "notRunning" || document.querySelector("[data-stale=true]")) delete window.restsSince
  else window.restsSince ??= performance.now()
  return performance.now() - window.restsSince > 1000
}"""
"""Whether the page was not drawn for a second: a test read that runs draws it every 0.3 s."""


class People:
    """A list behind a token: pages by a link, `since` for what changed, and beside the records a list that is none."""

    def __init__(self, api: FakeApi) -> None:
        self.requests = api.requests
        self.url = api.url.replace("127.0.0.1", "localhost") + "/v1/people"
        self.refuses = False
        self.known = [person(number) for number in range(1, PEOPLE + 1)]
        api.on("/v1/people", self._page)

    def _page(self, request: Received) -> Answer | Json:
        if self.refuses or request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer({"error": "who are you?"}, 401)
        since, begin = request.params.get("since", ""), int(request.params.get("from", "0"))
        fitting = [each for each in self.known if each["updated_at"] >= since]
        more = f"{self.url}?from={begin + PAGE}" + (f"&since={since}" if since else "")
        return {
            "result": {"people": fitting[begin : begin + PAGE], "teams": TEAMS},
            "next": more if begin + PAGE < len(fitting) else None,
        }


def person(number: int) -> dict[str, Json]:
    """A person of the API; every third is on trial."""
    made = {"id": number, "email": f"person{number}{CLEAR}", "updated_at": f"2026-02-{number:02d}T08:00:00Z"}
    return made if number % 3 else {**made, "trial": True}


@dataclass(frozen=True)
class Person:
    """Who clicks and types; `screenshot` waits until the page has come to rest."""

    page: Page
    shoot: Shoot

    def button(self, key: str) -> Locator:
        return self.page.locator(f".st-key-{key} button").first

    def view(self, name: str, title: str) -> None:
        self.button(f"view-{name}").click()
        expect(self.page.get_by_role("heading", name=title)).to_be_visible()

    def tab(self, name: str) -> None:
        self.rests()
        self.page.locator(".st-key-evidence-tab button", has_text=name).click()

    def sees(self, key: str, text: str) -> None:
        expect(self.page.locator(f".st-key-{key}")).to_contain_text(text)

    def chooses(self, field: str, action: str) -> None:
        """Click a node of the answer, and what is to become of it."""
        tree = self.page.get_by_role("tree", name="Answer")
        tree.get_by_role("treeitem").filter(has=self.page.locator(f".key:text-is('{field}')")).first.click()
        tree.get_by_role("button", name=action).click()

    def unfolds(self, field: str) -> None:
        tree = self.page.get_by_role("tree", name="Answer")
        self.rests()
        named = self.page.locator(f".key:text-is('{field}')")
        tree.get_by_role("treeitem", expanded=False).filter(has=named).locator(".fold").first.click()

    def rests(self) -> None:
        """Wait until the test read is over and the page is drawn."""
        self.page.evaluate("() => delete window.restsSince")
        self.page.wait_for_function(RESTS)
        self.sees("stream-people", "check_circle")

    def screenshot(self, name: str) -> None:
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        expect(self.page.locator("[data-stale=true]")).to_have_count(0)
        self.page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 300))")
        self.shoot(f"journey-{name}")


@pytest.fixture
def people(api: FakeApi) -> People:
    return People(api)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "connectors"
    made.mkdir()
    return made


@pytest.fixture
def builder(folder: Path) -> Iterator[str]:
    """`penstock ui` in an empty folder."""
    with penstock_ui(str(folder)) as address:
        yield address


def test_a_curl_command_becomes_a_connector(
    page: Page, builder: str, folder: Path, people: People, shoot: Shoot, frames: list[bytes], tmp_path: Path
) -> None:
    """Paste, record path, pages, key, cursor, mask, test, undo, recording, sync, export; then the command line alone."""
    page.set_viewport_size({"width": 1366, "height": 768})
    someone = Person(page, shoot)

    page.goto(builder)
    paste(someone, people)
    find_records_and_pages(someone)
    set_key_and_cursor(someone)
    accept_the_schema(someone)
    mask(someone, people, frames)
    see_the_next_run(someone)
    take_back_and_do_again(someone)
    record_and_replay(someone, people)
    sync_twice(someone, people, folder / "people" / "people.duckdb")
    exported = export(someone, tmp_path / "exported.yaml")
    sent = b"".join(frames)

    assert CLEAR.encode() not in sent
    assert TOKEN.encode() not in sent
    nothing_clear_on_disk(folder)
    run_on_the_command_line(exported, folder / "people", tmp_path)


def paste(someone: Person, people: People) -> None:
    command = f"curl '{people.url}' -H 'Authorization: Bearer {TOKEN}' -H 'Accept: application/json'"
    someone.page.get_by_role("textbox", name="Paste a curl command").fill(command)
    someone.button("curl-import").click()
    someone.page.get_by_role("textbox", name="Name of the connector").fill("people")
    someone.screenshot("1-found")
    someone.button("import-take").click()
    someone.sees("summary", "all was read")


def find_records_and_pages(someone: Person) -> None:
    """The guess took the other list; a click puts that right, and another takes the proposed pages."""
    someone.sees("summary", "12 records")
    someone.tab("Answer")
    someone.chooses("people", "Records are here")
    someone.sees("summary", "10 records")
    someone.screenshot("2-records")
    someone.button("guess-pages-0").click()
    someone.sees("summary", "27 records · 3 pages")


def set_key_and_cursor(someone: Person) -> None:
    someone.unfolds("people")
    someone.chooses("id", "Primary key")
    expect(someone.page.get_by_role("textbox", name="primary_key")).to_have_value("id")
    someone.chooses("updated_at", "Cursor")
    parameter = someone.page.get_by_role("combobox", name="Parameter of the start")
    parameter.fill("since")
    parameter.press("Enter")
    someone.screenshot("3-cursor")
    someone.button("confirm-cursor-ok").click()
    someone.sees("open-incremental", "updated_at")
    someone.rests()
    someone.sees("summary", "27 records · 3 pages")


def accept_the_schema(someone: Person) -> None:
    someone.tab("Schema")
    expect(someone.page.get_by_text("declares no fields")).to_be_visible()
    someone.button("schema-accept-all").click()
    expect(someone.page.get_by_text("declares just this")).to_be_visible()
    someone.screenshot("4-schema")


def mask(someone: Person, people: People, frames: list[bytes]) -> None:
    """From then on no address reaches the page, whatever is looked at."""
    someone.tab("Records")
    someone.sees("evidence [data-testid=stDataFrame]", CLEAR)
    someone.tab("Answer")  # the tree is open as it was left
    someone.chooses("email", "Mask")
    someone.screenshot("5-mask")
    someone.button("confirm-mask-ok").click()
    someone.sees("open-transformations", "Mask fields")
    someone.rests()
    someone.sees("summary", "27 records · 3 pages")
    del frames[:]

    asked = len(people.requests)
    someone.button("test-run").click()
    while len(people.requests) < asked + 3:
        someone.page.wait_for_timeout(50)
    someone.tab("Records")
    someone.sees("evidence [data-testid=stDataFrame]", "***")
    someone.screenshot("6-masked")
    for number in (2, 3):
        someone.button("page-next").click()
        someone.sees("stepper", f"Page {number} of 3")
    someone.sees("page-told", "Last page")
    assert CLEAR not in someone.page.content()


def see_the_next_run(someone: Person) -> None:
    someone.tab("State")
    someone.sees("evidence [data-testid=stDataFrame]", "since = 2026-02-27T08:00:00Z")
    someone.screenshot("7-next-run")


def take_back_and_do_again(someone: Person) -> None:
    someone.button("undo").click()
    someone.sees("stepped", "email was masked (Redact) and now leaves in clear")
    someone.sees("open-transformations", "none")
    someone.screenshot("8-undo")
    someone.button("redo").click()
    someone.sees("stepped", "email is masked now")
    someone.sees("open-transformations", "Mask fields")


def record_and_replay(someone: Person, people: People) -> None:
    """The replay asks nothing of the API, which would refuse."""
    someone.view("tests", "Tests & recordings")
    someone.page.get_by_role("textbox", name="Name", exact=True).fill("three pages")
    someone.button("record-save").click()
    expect(someone.page.locator("[data-testid=stDataFrame]")).to_contain_text("people-three-pages")
    people.refuses = True
    asked = len(people.requests)
    someone.button("tests-run").click()
    expect(someone.page.get_by_text("1 test · 1 passed")).to_be_visible()
    someone.screenshot("9-replayed")
    assert len(people.requests) == asked
    people.refuses = False


def sync_twice(someone: Person, people: People, file: Path) -> None:
    """The second sync reads what is new, and the last record again: its moment is the bound."""
    someone.view("data", "Data")
    sync(someone, "27 27 0 complete")
    someone.screenshot("10-synced")
    assert rows(file) == [(each["id"], "***") for each in people.known]

    people.known.append(person(PEOPLE + 1))
    begun = len(people.requests)
    sync(someone, "2 28 0 complete")

    assert [request.params for request in people.requests[begun:]] == [{"since": "2026-02-27T08:00:00Z"}]
    assert rows(file) == [(each["id"], "***") for each in people.known]


def sync(someone: Person, told: str) -> None:
    someone.page.get_by_role("button", name="Sync into DuckDB").click()
    someone.button("sync-run").click()
    read, total, misfits, outcome = told.split()
    for column, text in (("4", total), ("3", read), ("5", misfits), ("6", outcome)):
        cell = someone.page.locator(f".st-key-sync-progress [role=gridcell][aria-colindex='{column}']")
        expect(cell.first).to_have_text(text)


def export(someone: Person, path: Path) -> Path:
    someone.view("publish", "Publish")
    someone.button("publish-run").click()
    someone.sees("gate-lint", "0 errors, 0 warnings")
    someone.sees("gate-tests", "1 of 1 test passed")
    someone.sees("gate-masking", "4 of 4 fields decided")
    someone.screenshot("11-publish")
    with someone.page.expect_download() as download:
        someone.button("export-manifest").click()
    download.value.save_as(path)
    return path


def nothing_clear_on_disk(folder: Path) -> None:
    """Neither the token nor an address: not in files, and not in any revision, which are packed."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    draft = Draft.open(folder / "people" / "manifest.yaml")
    texts = [path.read_bytes() for path in files]
    texts += [draft.text_at(revision.number).encode() for revision in draft.revisions()]

    assert {path.suffix for path in files} >= {".yaml", ".duckdb", ".sqlite"}
    assert not [text for text in texts if TOKEN.encode() in text or CLEAR.encode() in text]


def run_on_the_command_line(manifest: Path, home: Path, folder: Path) -> None:
    """Lint, test and sync say of the exported file what the builder said."""
    config, file = folder / "config.json", folder / "again.duckdb"
    config.write_text(json.dumps({"api_token": TOKEN}))
    recordings = [str(path) for path in (home / "cases").iterdir()]

    for command in (
        ["lint", str(manifest)],
        ["test", str(manifest), *recordings],
        ["sync", str(manifest), "--config", str(config), "--to", str(file)],
    ):
        done = subprocess.run([PENSTOCK, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    assert rows(file) == rows(home / "people.duckdb")
    assert len(recordings) == 1


def rows(file: Path) -> list[tuple[int, str]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute("select id, email from people order by id").fetchall()
