from __future__ import annotations

from pathlib import Path

import pytest
from tests.ui.shop_page import ShopPage, clear_in

from penstock.testing.fake_api import FakeApi


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi) -> ShopPage:
    """The view Data of the bookshop's connector, two of whose streams were read."""
    page = ShopPage(tmp_path, monkeypatch, api, "data")
    page.test("customers", "orders")
    return page


def ask(page: ShopPage, sql: str) -> None:
    page.app.text_area[0].set_value(sql)
    page.click("data-run")


def part(page: ShopPage, name: str) -> None:
    page.app.session_state["data-part"] = name
    page.run()


def sync(page: ShopPage, stream: str) -> None:
    page.fill("Streams", [stream], "multiselect")
    page.click("sync-run")
    page.session.syncs[page.draft.path].wait(30)
    page.run()


def test_the_tab_asks_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi) -> None:
    """Beside the stream's other evidence; every stream that was tested is a table."""
    page = ShopPage(tmp_path, monkeypatch, api, "stream", stream="orders", tab="duckdb_tab")
    page.test("customers", "orders")

    ask(page, "SELECT count(*) AS n FROM orders o JOIN customers c ON o.customer_id = c.id")

    assert list(page.table("n")["n"]) == [100]
    assert page.app.button(key="test-run") is not None


def test_a_statement_is_answered(page: ShopPage) -> None:
    """With how many rows there are; the answer can be downloaded."""
    ask(page, "SELECT status, count(*) AS orders FROM orders GROUP BY ALL ORDER BY status")

    assert list(page.table("status")["status"]) == ["open", "paid", "returned", "shipped"]
    assert "4 rows in" in page.said
    assert len(page.app.get("download_button")) == 2


def test_what_is_wrong_with_a_statement_is_said(page: ShopPage) -> None:
    """In its place; the last answer is gone."""
    ask(page, "SELECT * FROM nobody")

    assert "table with name nobody does not exist" in page.app.error[0].value


def test_no_clear_value_is_shown(page: ShopPage) -> None:
    """Tables hold what would leave."""
    ask(page, "SELECT * FROM customers")
    rows = page.shown
    part(page, "Columns")
    columns = page.shown

    assert "***" in rows
    assert "***" in columns
    assert not clear_in(rows)
    assert not clear_in(columns)


def test_columns_are_profiled(page: ShopPage) -> None:
    """All of a table, and one of them in detail."""
    part(page, "Columns")
    page.choose("Table", "orders")
    page.choose("Column", "status")

    profile = page.table("Distinct").set_index("Column")
    assert profile.loc["status", "Distinct"] == 4
    assert profile.loc["note", "Null"] == pytest.approx(94)
    assert "_penstock_id" not in profile.index
    assert list(page.table("Rows")["Rows"]) == [25, 25, 25, 25]


def test_an_answer_is_drawn(page: ShopPage) -> None:
    """Across and up are chosen; by default rows are counted by a column whose values repeat."""
    ask(page, "SELECT id, status, total FROM orders")
    part(page, "Chart")
    begun = next(each.value for each in page.app.selectbox if each.label == "Across (x)")

    page.choose("Up (y)", "total")
    page.choose("Kind", "Points")

    assert begun == "status"
    assert page.app.get("vega_lite_chart") or page.app.get("arrow_vega_lite_chart")


def test_streams_are_synced_into_a_file_that_is_asked(page: ShopPage) -> None:
    """The page waits for nothing; the summary tells what came, and the file is one more thing to ask."""
    sync(page, "orders")
    summary = page.table("In the table")

    page.choose("Ask", "shop.duckdb")
    ask(page, "SELECT count(*) AS n FROM orders")

    assert "all is synced" in page.said
    assert list(summary["In the table"]) == [240]
    assert list(page.table("n")["n"]) == [240]


def test_what_a_sync_warns_of_is_shown(page: ShopPage) -> None:
    """A field that is masked from now on stands in clear in the file that the last sync made."""
    sync(page, "orders")
    before = [each.value for each in page.app.warning]
    page.draft.replace_text(page.draft.text.replace("fields: [note]", "fields: [note, status]"))
    page.run()

    sync(page, "orders")

    (warning,) = [each.value for each in page.app.warning]
    assert before == []
    assert "`status`; older rows hold them as they came then" in warning
    assert list(page.table("In the table")["In the table"]) == [240]


def test_a_file_s_name_stays_beside_the_manifest(page: ShopPage) -> None:
    """No folder, and the ending of DuckDB."""
    page.fill("File", "../outside.duckdb")
    page.click("sync-run")

    assert "has no folder" in page.app.error[0].value
    assert not page.session.syncs


def test_without_a_read_the_next_step_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi
) -> None:
    """Where a sync made a file, that is one."""
    page = ShopPage(tmp_path, monkeypatch, api, "data")

    assert "a sync makes a file" in page.app.info[0].value
    page.manifest.with_name("shop.duckdb").touch()
    page.run()
    assert "choose a file above" in page.app.info[0].value


def test_an_answer_stands_beside_its_own_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi
) -> None:
    """That of one stream is not shown at another, and is still there on the way back."""
    page = ShopPage(tmp_path, monkeypatch, api, "stream", stream="orders", tab="duckdb_tab")
    page.test("customers", "orders")
    ask(page, "SELECT 4711 AS mine")

    page.click("stream-customers")
    elsewhere = page.shown
    page.click("stream-orders")

    assert "4711" not in elsewhere
    assert page.app.text_area[0].value == "SELECT 4711 AS mine"
    assert list(page.table("mine")["mine"]) == [4711]
