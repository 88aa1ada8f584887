from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from tests.ui.shop_page import DEMO, ShopPage, clear_in

from penstock.testing.fake_api import FakeApi


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi) -> ShopPage:
    """The masking of the bookshop's connector; nothing was read yet."""
    monkeypatch.delenv("PENSTOCK_MASKING_KEY", raising=False)
    return ShopPage(tmp_path, monkeypatch, api, "masking")


def row(page: ShopPage, stream: str, field: str) -> Any:
    table = page.table("Masked by")
    return table[(table["Stream"] == stream) & (table["Field"] == field)].iloc[0]


def mask(page: ShopPage, technique: str, *fields: str) -> None:
    page.choose_all("Fields to mask", list(fields))
    page.choose("Technique", technique)


def test_declared_fields_are_listed_before_anything_is_read(page: ShopPage) -> None:
    """Each with its class as guessed from its name, and what masks it."""
    email, city = row(page, "customers", "email"), row(page, "customers", "address.city")

    assert (email["Class"], list(email["Masked by"])) == ("email", ["Redact"])
    assert (city["Class"], list(city["Masked by"])) == ("city", ["not masked"])
    assert email["Before"] == email["After"] == ""
    assert "7 of 9 fields decided" in page.said
    assert "2 look personal" in page.said


def test_sampling_shows_fields_of_all_streams(page: ShopPage) -> None:
    """Streams are read one after the other; fields that no schema declares are listed too."""
    page.click("sample-all")
    page.session.kept["sample all"].wait(30)
    page.run()

    assert set(page.table("Masked by")["Stream"]) == {"customers", "orders", "order_lines"}
    assert row(page, "customers", "email")["Before"] == "text of 24 characters, looks like an e-mail address"
    assert row(page, "customers", "email")["After"] == "***"
    assert row(page, "customers", "id")["After"] == "as it is"


def test_no_clear_value_is_shown_unless_asked_for(page: ShopPage) -> None:
    """Neither those that are masked nor those that are not yet; the switch shows both, and says so."""
    page.test("customers")
    without = page.shown
    page.switch("Show clear values on this screen")

    assert not clear_in(without)
    assert "Leeds" not in without
    assert clear_in(page.shown)
    assert "Leeds" in page.shown
    assert "Clear values are on this screen." in page.said


def test_what_is_shown_in_clear_cannot_be_downloaded(page: ShopPage) -> None:
    """The grid loses its toolbar, and there is no other download."""
    page.test("customers")

    page.switch("Show clear values on this screen")

    assert any("stElementToolbar" in str(each.proto) for each in page.app.get("html"))
    assert not page.app.get("download_button")


def test_several_fields_are_masked_in_one_step(page: ShopPage) -> None:
    """The manifest has the mask, the grid shows it, and one undo takes it back."""
    page.test("customers")
    mask(page, "Nullify", "customers · address.city", "customers · address.postcode")

    page.click("mask-fields")

    assert {
        "type": "MaskFields",
        "fields": ["address.city", "address.postcode"],
        "mask": "nullify",
    } in page.draft.value("/streams/0/transformations")
    assert list(row(page, "customers", "address.city")["Masked by"]) == ["Nullify"]
    assert row(page, "customers", "address.city")["After"] == "null"
    assert "look personal" not in page.said
    page.click("undo")
    assert page.draft.text == DEMO.read_text()


def test_each_class_has_a_proposal(page: ShopPage) -> None:
    """Fields of several classes get each its own mask, in one step."""
    page.choose_all("Fields to mask", ["customers · address.city", "customers · address.postcode"])

    page.click("mask-fields")

    masks = page.draft.value("/streams/0/transformations")
    assert [(each["fields"], each["mask"]) for each in masks] == [
        (["name", "email", "phone", "address.street", "address.city"], "redact"),
        (["address.postcode"], {"type": "Truncate", "keep_first": 2}),
    ]
    page.click("undo")
    assert page.draft.text == DEMO.read_text()


def test_a_key_is_named_by_reference_alone(page: ShopPage) -> None:
    """A key that is typed is refused, and stands nowhere."""
    mask(page, "Hmac", "customers · email")
    page.type("domain *", "person")

    page.type("key", "a-key-that-somebody-types-in-here-0123")

    assert page.app.button(key="mask-fields").disabled
    assert "named by reference alone" in page.said
    assert "somebody-types" not in page.draft.text


def test_a_setting_that_is_missing_is_said(page: ShopPage) -> None:
    """Before anything is written."""
    mask(page, "Hmac", "customers · email")

    assert "Hmac needs `domain`" in page.said
    assert page.app.button(key="mask-fields").disabled


def test_a_missing_key_is_told_and_one_for_the_session_can_be_made(
    page: ShopPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The grid shows pseudonyms all the same; with a key of the session test reads work."""
    page.test("customers")
    mask(page, "Hmac", "customers · email")
    page.type("domain *", "person")
    page.click("mask-fields")
    told = page.said

    monkeypatch.setenv("PENSTOCK_MASKING_KEY", "")  # so that it is as before when the test is over
    monkeypatch.delenv("PENSTOCK_MASKING_KEY")
    page.click("masking-key")

    assert "`PENSTOCK_MASKING_KEY` is not set" in told
    assert row(page, "customers", "email")["After"].startswith("k1")
    assert "is not set" not in page.said
    assert page.session.test("customers").wait(20).error is None


def test_masks_are_taken_away_and_fields_left_in_clear(page: ShopPage) -> None:
    """`keep` says that somebody looked."""
    page.choose_all("Fields to mask", ["customers · phone"])
    page.click("mask-remove")
    without = list(row(page, "customers", "phone")["Masked by"])

    page.choose_all("Fields to mask", ["customers · phone"])
    page.click("mask-keep")

    assert without == ["not masked"]
    assert list(row(page, "customers", "phone")["Masked by"]) == ["Keep"]
    assert "looks personal" not in row(page, "customers", "phone")["Why"]


def test_the_grid_is_filtered(page: ShopPage) -> None:
    """By stream, class, text, and to what nothing masks."""
    page.test("customers", "orders")
    page.choose_all("Streams", ["customers"])
    of_stream = set(page.table("Masked by")["Stream"])
    page.choose_all("Classes", ["city", "email"])
    of_class = set(page.table("Masked by")["Field"])
    page.switch("Unmasked only")
    unmasked = set(page.table("Masked by")["Field"])

    page.type("Find", "nowhere")

    assert of_stream == {"customers"}
    assert of_class == {"email", "address.city"}
    assert unmasked == {"address.city"}
    assert "No field fits the filter." in page.said


def test_a_policy_is_drafted_and_then_decides(page: ShopPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written beside the manifest; the grid names it as what decides, and test reads obey it."""
    monkeypatch.setenv("PENSTOCK_MASKING_KEY", "Wn8vQ2xL7tR4kZ1pB6yD3mH9sF5gJ0cA")
    page.test("customers")

    page.click("policy-draft")
    end = time.monotonic() + 20
    while not page.session.kept["drafting"].is_over and time.monotonic() < end:
        time.sleep(0.05)
    page.run()

    assert page.manifest.with_name("policy.yaml").is_file()
    assert "under `policy.yaml`" in page.said
    city = row(page, "customers", "address.city")
    assert list(city["Masked by"]) == ["Redact (policy)"]
    assert "policy" in city["Why"]
    read = page.session.test("customers").wait(20)
    assert {record["address"]["city"] for record in read.records} == {"***"}
