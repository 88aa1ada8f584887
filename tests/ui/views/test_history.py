from __future__ import annotations

from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector

HERE = {"manifest": "shop/manifest.yaml", "view": "history"}


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The history of a connector whose key was changed and whose schema grew."""
    connector(tmp_path)
    page = Opened(tmp_path, monkeypatch, **HERE)
    page.draft.set("/streams/0/primary_key", "at", "set the key")
    page.draft.set("/streams/0/schema_loader/schema/properties/note", {"type": "string"}, "add a field")
    page.session.refresh()
    page.run()
    return page


def choose(page: Opened, label: str, number: int) -> None:
    next(each for each in page.app.selectbox if each.label == label).set_value(number)
    page.run()


def test_the_revisions_are_listed(page: Opened) -> None:
    """Newest first, each with what was done."""
    table = page.app.dataframe[0].value

    assert list(table["What"]) == ["add a field", "set the key", "opened"]


def test_any_two_revisions_are_compared(page: Opened) -> None:
    """First in meaning, with the version it asks for; then as text."""
    last_two = page.said

    choose(page, "From", 1)

    assert "minor version" in last_two
    assert "+" in page.app.code[0].value
    assert "major version" in page.said


def test_a_revision_is_restored(page: Opened) -> None:
    """Its text is the newest then; what was done since can be had again by undo."""
    choose(page, "From", 1)

    page.click("restore")

    assert page.draft.text == MANIFEST
    assert page.draft.can_undo


def test_a_revision_is_named(page: Opened) -> None:
    """Named ones are kept for good."""
    page.type("Name of revision 2", "before the note")

    assert [each.name for each in page.draft.revisions()] == ["", "before the note", ""]
