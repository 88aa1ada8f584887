from __future__ import annotations

from pathlib import Path

import pytest
from tests.ui.shop_page import ShopPage, clear_in

from penstock.testing.fake_api import FakeApi
from penstock_ui.demo import bookshop


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi) -> ShopPage:
    """The tests of the bookshop's connector, one of whose streams was read."""
    page = ShopPage(tmp_path, monkeypatch, api, "tests")
    page.test("customers")
    return page


def record(page: ShopPage, name: str = "all pages") -> Path:
    page.fill("Name", name)
    page.click("record-save")
    return page.manifest.parent / "cases" / f"customers-{name.replace(' ', '-')}.yaml"


def outcomes(page: ShopPage) -> list[str]:
    return list(page.table("Outcome")["Outcome"])


def test_the_last_read_is_saved_as_a_recording(page: ShopPage) -> None:
    """It holds neither the token nor personal data; what became stand-ins is said."""
    file = record(page)

    text = file.read_text()
    assert bookshop.TOKEN not in text
    assert not clear_in(text)
    assert not clear_in(page.shown)
    assert "requests and 57 records" in page.said
    assert "Stand-ins for `url`, `token`" in page.said
    assert outcomes(page) == ["not run"]


def test_recordings_are_run_without_the_api(page: ShopPage, api: FakeApi) -> None:
    """Nothing is sent; how each went stands in its row."""
    record(page)
    asked = len(api.requests)

    page.click("tests-run")

    assert outcomes(page) == ["passed"]
    assert "1 passed" in page.said
    assert len(api.requests) == asked


def test_differences_are_told_and_taken_over(page: ShopPage) -> None:
    """A changed mask makes the replay differ; the recording takes what it comes to now."""
    record(page)
    page.draft.replace_text(page.draft.text.replace("fields: [name, email,", "fields: [id, name, email,"))
    page.click("tests-run")
    failed, told = outcomes(page), page.said

    page.click("test-update")

    assert failed == ["failed"]
    assert "difference" in told
    assert outcomes(page) == ["passed"]


def test_a_name_that_is_taken_is_refused(page: ShopPage) -> None:
    """What is there stays as it is; what is said is about this page and no command line."""
    before = record(page).read_text()

    file = record(page)

    assert f"{file.name} is there already" in page.said
    assert "--" not in page.app.error[0].value
    assert str(file.parent) not in page.said
    assert file.read_text() == before


def test_what_keeps_a_read_from_being_recorded_is_said(page: ShopPage) -> None:
    """Such as that it was cancelled."""
    read = page.session.test("orders")
    read.cancel()
    read.wait(10)
    page.run()
    page.fill("Stream", "orders", "selectbox")

    page.click("record-save")

    assert "cut off" in page.app.error[0].value


def test_a_recording_is_deleted(page: ShopPage) -> None:
    file = record(page)

    page.click("test-delete")

    assert not file.exists()
    assert "is deleted" in page.said


def test_a_case_is_written_from_a_template(page: ShopPage) -> None:
    """It is a case that runs; filled in rightly it passes."""
    text = next(each for each in page.app.text_area if each.label == "Case")
    filled = text.value.replace("json:\n      - id: 1", "json:\n        data:\n        - id: 1")
    assert filled != text.value
    text.set_value(filled)
    page.run()

    page.click("case-add")
    page.click("tests-run")

    assert (page.manifest.parent / "cases.yaml").is_file()
    assert outcomes(page) == ["passed"], page.said


def test_what_is_no_case_is_not_written(page: ShopPage) -> None:
    """With what is wrong, and where."""
    next(each for each in page.app.text_area if each.label == "Case").set_value(
        "name: a\nstream: customers\nexpct: {}"
    )
    page.run()

    page.click("case-add")

    assert any("expct" in each.value for each in page.app.error)
    assert not (page.manifest.parent / "cases.yaml").exists()
