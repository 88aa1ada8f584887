"""The bar on top, the rail, and the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector

from penstock_ui.screens import name_of, screens

HERE = {"manifest": "shop/manifest.yaml"}


def test_the_address_opens_a_manifest_at_a_view(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that was kept shows the same place in a new tab."""
    connector(tmp_path)

    page = Opened(tmp_path, monkeypatch, view="problems", **HERE)

    assert page.draft.path == tmp_path / "shop" / "manifest.yaml"
    assert [title.value for title in page.app.title] == ["Problems"]


@pytest.mark.parametrize(
    "asked",
    [
        "../outside/manifest.yaml",
        "shop/gone.yaml",
        "/etc/hostname",
        ".env",
        ".penstock/m.yaml",
        "notes.txt",
        "a\0b",
        "a" * 400,
    ],
)
def test_an_address_opens_nothing_but_manifests_of_the_folder(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not in the folder, hidden, no manifest or not there is told of: a link copies no `.env` into a history."""
    connector(tmp_path, "outside")
    folder = tmp_path / "inside"
    (folder / ".penstock").mkdir(parents=True)
    for name in (".env", ".penstock/m.yaml", "notes.txt"):
        (folder / name).write_text("streams: []")

    page = Opened(folder, monkeypatch, manifest=asked)

    assert page.session.draft is None
    assert "there is no such manifest" in page.said
    assert not list(folder.rglob("*.sqlite"))


def test_the_address_follows_what_is_clicked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """View and stream stand in the address, so that the browser's way back leads through them."""
    connector(tmp_path)
    page = Opened(tmp_path, monkeypatch, **HERE)

    page.click("view-inputs")
    inputs = page.place
    page.click("stream-orders")

    assert inputs == {**HERE, "view": "inputs"}
    assert page.place == {**HERE, "view": "stream", "stream": "orders"}


def test_the_way_back_to_another_manifest_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address says which manifest is open; values given to the first are still there."""
    connector(tmp_path)
    connector(tmp_path, "other")
    page = Opened(tmp_path, monkeypatch, **HERE)
    page.session.values.set("token", "s3cret-token")

    page.app.query_params["manifest"] = "other/manifest.yaml"
    page.run()
    other = page.draft.path
    page.app.query_params["manifest"] = HERE["manifest"]
    page.run()

    assert other.parent.name == "other"
    assert page.draft.path.parent.name == "shop"
    assert page.session.values.written == {"token": "s3cret-token"}


def test_the_connector_that_is_open_is_not_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a run was cut short, Streamlit takes a box for chosen that nobody touched; nothing is lost by that."""
    connector(tmp_path)
    page = Opened(tmp_path, monkeypatch, view="stream", **HERE)
    page.session.kept["mine"] = "there"
    page.send_untouched(page.session.key("rail:connector"), page.draft.path)

    assert page.session.kept["mine"] == "there"


def test_undo_says_what_it_takes_back_and_what_that_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before: the note of the change. After: the changes of meaning, and the version that they ask for."""
    connector(tmp_path)
    page = Opened(tmp_path, monkeypatch, **HERE)
    page.draft.set("/streams/0/primary_key", "at", "set the key")
    page.run()

    help_ = page.app.button(key="undo").help
    page.click("undo")

    assert help_ == "Undo: set the key"
    assert page.draft.text == MANIFEST
    assert "**Taken back:** set the key" in page.said
    assert "major version" in page.said
    assert page.app.button(key="redo").help == "Redo: set the key"


def test_what_undo_told_is_gone_after_the_next_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is about the last step alone."""
    connector(tmp_path)
    page = Opened(tmp_path, monkeypatch, **HERE)
    page.draft.set("/description", "a shop")
    page.run()
    page.click("undo")

    page.session.change(lambda: page.draft.set("/description", "a bookshop"))
    page.run()

    assert "Taken back" not in page.said


def test_the_badges_count_problems_and_masked_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are those of the text as it is now, and lead to the problems."""
    masked = MANIFEST.replace(
        "    schema_loader:",
        "    transformations:\n      - { type: MaskFields, fields: [at], mask: redact, typo: 1 }\n    schema_loader:",
    )
    connector(tmp_path, text=masked)
    page = Opened(tmp_path, monkeypatch, **HERE)

    badges = [page.app.button(key=key).label for key in ("badge-lint", "badge-privacy")]
    page.click("badge-lint")

    assert badges == ["0 errors, 1 warning", "1 of 2 fields masked"]
    assert page.place["view"] == "problems"


def test_a_stream_is_added_in_the_rail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name and address; it is looked at then."""
    connector(tmp_path)
    page = Opened(tmp_path, monkeypatch, **HERE)

    page.app.text_input(key=page.session.key("add-stream:name")).set_value("people")
    page.app.text_input(key=page.session.key("add-stream:url")).set_value("https://api.example.com/people")
    page.click("add-stream-now")

    assert page.session.streams == ["orders", "people"]
    assert page.place["stream"] == "people"


def test_a_manifest_that_another_program_changed_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text is not overwritten; to take it over is one click, and can be undone."""
    path = connector(tmp_path)
    page = Opened(tmp_path, monkeypatch, **HERE)
    path.write_text(MANIFEST + "# by hand\n")

    page.session.change(lambda: page.draft.set("/description", "a shop"))
    page.run()

    assert "another window or program changed the file" in page.said
    page.click("reload")
    assert page.draft.text == MANIFEST + "# by hand\n"
    assert page.draft.can_undo


def test_a_text_that_is_no_yaml_still_has_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The problems view tells what is wrong; undo is there."""
    connector(tmp_path)
    page = Opened(tmp_path, monkeypatch, view="problems", **HERE)
    page.draft.replace_text("streams: [")

    page.run()

    assert "yaml-syntax" in page.said.replace("\\", "")
    page.click("undo")
    assert page.draft.text == MANIFEST


@pytest.mark.parametrize("view", [name_of(view) for view in screens("penstock_ui.views")])
def test_what_nobody_touched_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    """Where a view is left while a test runs, Streamlit can take all that it showed for chosen: who left stays away."""
    connector(tmp_path)
    page = Opened(tmp_path, monkeypatch, view=view, **HERE)
    before = page.place, dict(page.session.values.written)

    page.send_all_untouched()

    assert (page.place, page.session.values.written) == before
    assert page.draft.text == MANIFEST
    assert len(page.draft.revisions()) == 1


@pytest.mark.parametrize("view", ["stream", "inputs", "masking"])
def test_of_a_text_that_cannot_be_read_the_problem_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    """What is wrong with it, where, and the way there."""
    connector(tmp_path, text=MANIFEST + "broken: [\n")
    page = Opened(tmp_path, monkeypatch, manifest="shop/manifest.yaml", view=view)
    told = page.app.error[0].value
    said = page.said

    page.click("to-text")

    assert told.startswith("Line 31: ")
    assert "asks nothing" not in said
    assert page.place["view"] == "text"
    assert page.place["line"] == "31"
