"""The check of the connection: what it tells is about what is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector

from penstock.testing.fake_api import FakeApi

HERE = {"manifest": "shop/manifest.yaml", "view": "inputs"}
FORMS = """\
      cred:
        type: object
        oneOf:
          - { title: Key, properties: { kind: { const: key } } }
          - { title: OAuth, properties: { kind: { const: oauth } } }
"""
Change = Callable[[Opened], object]


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """An API with one order."""
    with FakeApi() as opened:
        opened.on("/orders", {"items": [{"id": 1, "at": "2024-01-02"}]})
        yield opened


def check(page: Opened) -> None:
    page.click("check-connection")
    end = time.monotonic() + 20
    while page.session.kept["check"].succeeded is None and time.monotonic() < end:
        time.sleep(0.02)
    page.run()


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi) -> Opened:
    """The inputs of a connector, after a check of its connection."""
    connector(tmp_path, text=MANIFEST + FORMS)
    opened = Opened(tmp_path, monkeypatch, **HERE)
    opened.session.values.update({"url": api.url, "token": "s3cret-token"})
    opened.run()
    check(opened)
    return opened


def another_path(page: Opened) -> None:
    page.session.change(lambda: page.draft.replace_text(page.draft.text.replace("/orders", "/nope")))
    page.run()


def another_address(page: Opened) -> None:
    page.type("Address", f"{page.session.values.written['url']}/v2")


def another_token(page: Opened) -> None:
    page.type("token", "an0ther-token")


def another_form(page: Opened) -> None:
    page.app.selectbox(key=page.session.key("value:cred")).set_value("OAuth")
    page.run()


def a_policy(page: Opened) -> None:
    page.draft.path.with_name("policy.yaml").write_text("unclassified: fail\n")
    page.run()


@pytest.mark.parametrize("change", [another_path, another_address, another_token, another_form, a_policy])
def test_nothing_is_told_of_what_was_not_checked(page: Opened, change: Change) -> None:
    """The manifest, its policy and the values are what was asked with."""
    before = page.said

    change(page)
    since = page.said
    check(page)

    assert "It works." in before
    assert "It works." not in since
    assert [each.value for each in (*page.app.success, *page.app.error)]


def test_what_was_checked_is_told_again_after_a_change_is_taken_back(page: Opened) -> None:
    """It is about the same text."""
    another_path(page)

    page.click("undo")

    assert "It works." in page.said
