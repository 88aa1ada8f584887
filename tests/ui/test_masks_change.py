"""Masks that change after a test: what was read before them is shown, saved and asked no more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.ui.shop_page import DEMO, ShopPage, clear_in

from penstock.testing.fake_api import FakeApi
from penstock_builder.moves import mask_fields
from penstock_builder.testing.suite import find_files
from penstock_ui.demo import bookshop

PERSONAL = ("name", "email", "phone", "address.street")
UNMASKED = DEMO.read_text().replace(f"fields: [{', '.join(PERSONAL)}]", "fields: [newsletter]")
POLICY = """\
unclassified: keep
classes: {person: {mask: redact}}
streams: {customers: {fields: {name: person, email: person, phone: person, address.street: person}}}
"""
Change = Callable[[ShopPage], object]


def a_policy(page: ShopPage) -> None:
    page.manifest.with_name("policy.yaml").write_text(POLICY)


def masks(page: ShopPage) -> None:
    page.session.change(lambda: mask_fields(page.draft, [("customers", path, "redact") for path in PERSONAL]))


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """The bookshop's API."""
    with FakeApi() as opened:
        bookshop.open_bookshop(opened)
        yield opened


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi) -> ShopPage:
    """The connector without masks of its customers, who were read so."""
    page = ShopPage(tmp_path, monkeypatch, api, "stream", stream="customers")
    page.draft.replace_text(UNMASKED)
    page.test("customers")
    return page


def go(page: ShopPage, view: str) -> None:
    page.app.query_params["view"] = view
    page.run()


@pytest.mark.parametrize("change", [a_policy, masks])
def test_what_was_read_before_a_mask_is_not_shown(page: ShopPage, change: Change) -> None:
    """No tab, no table to ask, nothing to download; a test shows what leaves now."""
    before = clear_in(page.shown)
    change(page)
    page.run()
    since = page.shown
    go(page, "data")
    in_data, told = page.shown, page.app.info[0].value
    go(page, "stream")
    page.test("customers")

    assert before
    assert not clear_in(since)
    assert "masks of this stream have changed" in since
    assert not clear_in(in_data)
    assert "Masks have changed since the tests. Test again" in told
    assert "57 records" in page.said
    assert not clear_in(page.shown)


def test_another_stream_stays_as_it_is(page: ShopPage) -> None:
    """Its masks are as they were."""
    page.test("orders")

    masks(page)

    assert list(page.session.shown_reads) == ["orders"]


def test_an_edit_that_is_no_mask_leaves_the_evidence(page: ShopPage) -> None:
    page.session.change(lambda: page.draft.set("/description", "a shop"))
    page.run()

    assert clear_in(page.shown)
    assert "changed since" in page.said


@pytest.mark.parametrize("change", [a_policy, masks])
def test_no_recording_is_made_of_what_was_read_before_a_mask(page: ShopPage, change: Change) -> None:
    """Also where the form was there before it."""
    go(page, "tests")
    page.fill("Name", "all pages")
    change(page)
    page.click("record-save")

    assert not find_files(page.manifest)
    assert "Masks have changed since the tests" in page.said
    assert not [each for each in page.app.button if each.key == "record-save"]


def test_a_recording_is_replayed_under_the_policy(page: ShopPage) -> None:
    """As the API is read: the policy came after the recording."""
    go(page, "tests")
    page.fill("Name", "all pages")
    page.click("record-save")
    a_policy(page)
    go(page, "stream")

    page.click("test-run")
    page.session.reads["customers"].wait(20)
    page.run()

    assert "Replays a recording" in page.said
    assert "57 records" in page.said
    assert not clear_in(page.shown)


def test_the_check_obeys_the_policy(page: ShopPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It tells what a run under it would: that its key is missing."""
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    keyed = POLICY.replace("mask: redact", "mask: {type: Hmac, key: people, domain: person}")
    page.manifest.with_name("policy.yaml").write_text(
        f"{keyed}keys: {{people: {{ref: env:NO_SUCH_KEY, id: k1}}}}\n"
    )
    go(page, "inputs")

    page.click("check-connection")
    end = time.monotonic() + 20
    while page.session.kept["check"].succeeded is None and time.monotonic() < end:
        time.sleep(0.02)
    page.run()

    assert "NO_SUCH_KEY" in page.said


def test_faults_obey_the_policy(page: ShopPage) -> None:
    """A field without a class ends the run that a fault is rehearsed in, as it ends any other."""
    page.manifest.with_name("policy.yaml").write_text("unclassified: fail\n")
    page.test("customers")
    page.app.query_params["tab"] = "faults"
    page.run()

    page.click("rehearse")

    assert "has no class" in page.said


def test_how_tests_went_is_known_as_long_as_nothing_changed(page: ShopPage) -> None:
    """The manifest, the policy that a test names, and the test."""
    a_policy(page)
    page.test("customers")
    go(page, "tests")
    page.fill("Name", "all pages")
    page.click("record-save")
    seen = []

    def look() -> None:
        page.run()
        seen.extend(page.table("Outcome")["Outcome"])

    page.click("tests-run")
    look()
    page.session.change(lambda: page.draft.set("/description", "a shop"))
    look()
    page.click("tests-run")
    look()
    page.manifest.with_name("policy.yaml").write_text(POLICY.replace("name: person, ", ""))
    look()
    go(page, "publish")
    gate = page.said
    page.click("publish-run")

    assert seen == ["passed", "not run", "passed", "not run"]
    assert "1 test, not run since the last change" in gate
    assert "0 of 1 test passed" in page.said
