from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector

HERE = {"manifest": "shop/manifest.yaml", "view": "problems"}
WRONG = MANIFEST.replace("primary_key: id", "primary_kye: id").replace("config['token']", "config['tokn']")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The problems of a manifest with two misspellings."""
    connector(tmp_path, text=WRONG)
    return Opened(tmp_path, monkeypatch, **HERE)


def test_each_problem_is_shown_with_its_line(page: Opened) -> None:
    """As `penstock lint` tells them, with a button to the place."""
    lines = {finding.diagnostic.span.line for finding in page.session.findings}

    shown = {button.label for button in page.app.button if button.key.startswith("problem-")}

    assert "primary_kye" in page.said
    assert "tokn" in page.said
    assert shown == {f"Line {line}" for line in lines}


def test_problems_are_filtered(page: Opened) -> None:
    """By a word of the message."""
    page.type("Find", "primary_kye")

    assert len([button for button in page.app.button if button.key.startswith("problem-")]) == 1


def test_a_problem_leads_to_its_stream(page: Opened) -> None:
    """The address names the stream and the component."""
    page.type("Find", "tokn")

    page.click("problem-0")

    assert page.place["view"] == "stream"
    assert page.place["stream"] == "orders"
    assert page.place["card"] == "/streams/0/retriever/requester"


def test_a_problem_outside_of_streams_leads_to_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the whole text."""
    connector(tmp_path, text=MANIFEST.replace("stream_names: [orders]", "stream_names: [gone]"))
    page = Opened(tmp_path, monkeypatch, **HERE)

    page.click("problem-0")

    assert page.place == {"manifest": HERE["manifest"], "view": "text", "line": "3"}


def test_a_safe_fix_is_one_step(page: Opened) -> None:
    """Only what it names changes; undo takes it back."""
    fix = next(
        button.key for button in page.app.button if button.key.startswith("fix-") and button.label == "Fix"
    )

    page.click(fix)
    fixed = page.draft.text
    page.click("undo")

    assert fixed == WRONG.replace("primary_kye", "primary_key")
    assert page.draft.text == WRONG


def test_nothing_found_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty list comes a word that it is good."""
    connector(tmp_path)

    page = Opened(tmp_path, monkeypatch, **HERE)

    assert "Nothing was found" in page.said


def test_the_problems_can_be_downloaded(page: Opened) -> None:
    """As SARIF 2.1.0, for code review."""
    from penstock_builder.lint.output import as_sarif

    assert any(button.label == "Download as SARIF" for button in page.app.get("download_button"))
    assert json.loads(as_sarif(page.session.findings))["version"] == "2.1.0"
