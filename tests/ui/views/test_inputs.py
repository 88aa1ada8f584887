from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector

from penstock.testing.fake_api import FakeApi

HERE = {"manifest": "shop/manifest.yaml", "view": "inputs"}


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The inputs of a connector with an address and a token."""
    connector(tmp_path)
    return Opened(tmp_path, monkeypatch, **HERE)


def choose(page: Opened, name: str) -> None:
    next(each for each in page.app.selectbox if each.label == "Edit").set_value(name)
    page.run()


def test_the_inputs_are_listed(page: Opened) -> None:
    """What the specification says of each, without a default of a secret."""
    table = page.app.dataframe[0].value

    assert list(table["Name"]) == ["url", "token"]
    assert list(table["Secret"]) == [False, True]
    assert list(table["Required"]) == [True, True]


def test_an_input_is_added(page: Opened) -> None:
    """Its declaration is written into the specification."""
    choose(page, "")
    page.app.text_input(key=page.session.key("inputs:new:name")).set_value("start_date")

    page.click("input-add")

    assert page.draft.value("/spec/connection_specification/properties/start_date") == {"type": "string"}
    assert page.draft.value("/spec/connection_specification/required") == ["url", "token", "start_date"]


def test_a_form_edit_leaves_the_rest_of_the_text(page: Opened) -> None:
    """One field changes one line."""
    page.type("Title", "Address of the shop")

    assert page.draft.text == MANIFEST.replace("title: Address", "title: Address of the shop")


def test_expressions_follow_a_new_name(page: Opened) -> None:
    """Declaration, `required` and expressions change in one step; the value follows too."""
    page.session.values.set("url", "http://127.0.0.1:9")

    page.type("Name", "base_url")

    assert page.draft.text == (
        MANIFEST.replace("config['url']", "config['base_url']")
        .replace("[url, token]", "[base_url, token]")
        .replace("{ url: {", "{ base_url: {")
        .replace("      url: {", "      base_url: {")
    )
    assert page.session.values.written == {"base_url": "http://127.0.0.1:9"}
    page.click("undo")
    assert page.draft.text == MANIFEST


def test_an_input_is_removed(page: Opened) -> None:
    """Its name in `required` goes too; expressions that read it become problems."""
    page.click("input-remove")

    assert "properties/url" not in page.draft.text
    assert page.draft.value("/spec/connection_specification/required") == ["token"]
    assert any("url" in finding.diagnostic.message for finding in page.session.findings)


def test_a_default_of_another_type_is_refused(page: Opened) -> None:
    """What is typed for a number is a number."""
    page.draft.set("/spec/connection_specification/properties/size", {"type": "integer"})
    page.session.refresh()
    page.run()
    choose(page, "size")

    page.type("Default", "many")
    refused = page.draft.value("/spec/connection_specification/properties/size")
    page.type("Default", "20")

    assert refused == {"type": "integer"}
    assert page.draft.value("/spec/connection_specification/properties/size/default") == 20


def test_missing_values_are_said(page: Opened) -> None:
    """By name, as long as they are missing; the check waits for them."""
    before = page.said
    page.type("Address", "http://127.0.0.1:9")
    page.type("token", "s3cret-token")

    assert "`url`, `token`" in before
    assert "No value yet" not in page.said


def test_a_secret_is_not_written_and_not_sent_back(page: Opened, tmp_path: Path) -> None:
    """The field is a password's and empty after it was set; no file holds the value."""
    page.type("token", "s3cret-token")

    field = next(each for each in page.app.text_input if each.label == "token")
    assert page.session.values.written["token"] == "s3cret-token"
    assert field.value == ""
    assert field.placeholder == "set"
    assert field.proto.type == field.proto.PASSWORD
    assert not [
        path for path in tmp_path.rglob("*") if path.is_file() and b"s3cret-token" in path.read_bytes()
    ]


@pytest.mark.parametrize(
    ("declared", "typed", "said"),
    [
        ({"type": "integer", "minimum": 1}, "0", "fails `minimum: 1`"),
        (
            {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "pattern_descriptor": "YYYY-MM"},
            "last year",
            "(YYYY-MM)",
        ),
        ({"type": "string", "airbyte_secret": True, "minLength": 40}, "s3cret", "fails `minLength: 40`"),
        ({"type": "integer"}, "many", "of type integer"),
    ],
)
def test_a_value_that_does_not_fit_is_told_below_its_field(
    page: Opened, declared: dict[str, object], typed: str, said: str
) -> None:
    """It is not taken, and not repeated; a right one takes its place and the problem goes."""
    page.draft.set("/spec/connection_specification/properties/when", declared)
    page.session.change(lambda: None)
    page.run()

    page.type("when (optional)", typed)

    told = [each.value for each in page.app.caption if each.value.startswith(":red[")]
    assert len(told) == 1
    assert said in told[0].replace("\\", "")
    assert typed not in told[0]
    assert "when" not in page.session.values.written
    page.type("when (optional)", "env:WHEN")
    assert not [each for each in page.app.caption if each.value.startswith(":red[")]
    assert page.session.values.written["when"] == "env:WHEN"


def test_a_list_that_holds_secrets_is_a_secret(page: Opened, tmp_path: Path) -> None:
    """It is typed as JSON, kept in memory alone, and not sent back."""
    account = {"type": "object", "properties": {"token": {"type": "string", "airbyte_secret": True}}}
    page.draft.set("/spec/connection_specification/properties/accounts", {"type": "array", "items": account})
    page.session.change(lambda: None)
    page.run()

    page.type("accounts (optional)", '[{"token": "s3cret-token"}]')

    assert page.session.values.written["accounts"] == [{"token": "s3cret-token"}]
    assert page.session.redactor("it was s3cret-token") == "it was ****"
    assert "s3cret-token" not in page.said
    assert not [
        path for path in tmp_path.rglob("*") if path.is_file() and b"s3cret-token" in path.read_bytes()
    ]


def test_a_reference_is_followed_at_the_test(
    page: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`env:NAME` is what is remembered."""
    monkeypatch.setenv("SHOP_TOKEN", "s3cret-token")

    page.type("token", "env:SHOP_TOKEN")

    assert page.session.values.config()["token"] == "s3cret-token"
    assert "env:SHOP_TOKEN" in next((tmp_path / "shop" / ".penstock").glob("*.json")).read_text()


def test_one_of_several_forms_is_chosen(page: Opened) -> None:
    """What tells the forms apart is set with the choice; the fields of the chosen one are shown."""
    forms = [
        {"title": "By key", "properties": {"way": {"const": "key"}, "key": {"type": "string", "title": "Key"}}},
        {"title": "By name", "properties": {"way": {"const": "name"}, "user": {"type": "string", "title": "User"}}},
    ]  # fmt: skip
    page.draft.set(
        "/spec/connection_specification/properties/login",
        {"type": "object", "title": "Login", "oneOf": forms},
    )
    page.session.change(lambda: None)
    page.run()

    next(each for each in page.app.selectbox if each.label.startswith("Login")).set_value("By name")
    page.run()
    page.type("User (optional)", "ada")

    assert page.session.values.written["login"] == {"way": "name", "user": "ada"}


@pytest.mark.parametrize(("status", "said"), [(200, "It works."), (404, "not available")])
def test_the_connection_is_checked(page: Opened, api: FakeApi, status: int, said: str) -> None:
    """With the values that are set; the result stands below the button."""
    if status == 200:
        api.on("/orders", {"items": [{"id": 1, "at": "2024-01-02"}]})
    page.type("Address", api.url)
    page.type("token", "s3cret-token")

    page.click("check-connection")
    end = time.monotonic() + 20
    while said not in page.said and time.monotonic() < end:
        page.run()

    assert said in page.said
    assert "s3cret-token" not in page.said
