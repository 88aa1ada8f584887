"""What somebody typed, and the manifest, are kept: whatever else is done to the file and its folder meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector

from penstock_builder.streams import remove_stream

HERE = {"manifest": "shop/manifest.yaml"}
ORDERS = MANIFEST.split("streams:\n")[1].split("spec:")[0]
TWO = MANIFEST.replace("spec:", ORDERS.replace("orders", "returns") + "spec:", 1)
OUTSIDE = MANIFEST + "# by hand\n"
TYPED = MANIFEST + "# typed here\n"
CARD = "/streams/0/retriever/requester"
NOT_YET = "type: [mine"


class Texts(Opened):
    """The page, and the texts in its YAML editors."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = MANIFEST, **place: str
    ) -> None:
        self.file = connector(folder, text=text)
        super().__init__(folder, monkeypatch, **HERE, **place)

    @property
    def whole(self) -> str:
        """The key of the editor of the whole manifest."""
        return f"yaml-{self.draft.path}"

    def shown(self, key: str) -> str:
        """What an editor shows."""
        found: str = self.app.text_area(key=key).value
        return found

    def write(self, key: str, text: str) -> None:
        """Type a text."""
        self.app.text_area(key=key).set_value(text)
        self.run()

    def keys(self) -> set[str]:
        """The buttons that are there."""
        return {str(each.key) for each in self.app.button}


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Texts:
    """A text was typed after another program had written to the file."""
    page = Texts(tmp_path, monkeypatch, view="text")
    page.file.write_text(OUTSIDE)
    page.write(page.whole, TYPED)
    return page


def test_what_was_typed_is_still_there_after_the_file_changed(typed: Texts) -> None:
    """It is told that it is not saved; taking the file over does not touch it, nor does typing on overwrite the file."""
    told, shown = typed.said, typed.shown(typed.whole)
    typed.click("reload")
    taken = typed.draft.text, typed.shown(typed.whole)
    typed.write(typed.whole, TYPED + "# and more\n")

    assert "another window or program changed the file" in told
    assert "not saved" in told
    assert shown == TYPED
    assert taken == (OUTSIDE, TYPED)
    assert typed.shown(typed.whole) == TYPED + "# and more\n"
    assert typed.file.read_text() == OUTSIDE


def test_what_was_typed_can_be_saved_over_the_other_change(typed: Texts) -> None:
    """As one step: undo shows what the other program wrote."""
    typed.click("yaml-save")
    saved = typed.file.read_text(), typed.said
    typed.click("undo")

    assert saved[0] == TYPED
    assert "not saved" not in saved[1]
    assert typed.shown(typed.whole) == typed.file.read_text() == OUTSIDE


def test_what_was_typed_can_be_taken_back(typed: Texts) -> None:
    """The editor shows the manifest then, and saves again while somebody types."""
    typed.click("reload")
    typed.click("yaml-take-back")
    shown = typed.shown(typed.whole)
    typed.write(typed.whole, OUTSIDE + "# mine\n")

    assert shown == OUTSIDE
    assert typed.file.read_text() == OUTSIDE + "# mine\n"


def test_what_could_not_be_written_is_saved_with_the_next_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else changed anything, so nobody is asked."""
    page = Texts(tmp_path, monkeypatch, view="text")
    page.file.unlink()
    page.write(page.whole, TYPED)
    kept = page.shown(page.whole)
    page.click("write-again")
    page.write(page.whole, TYPED + "!")

    assert kept == TYPED
    assert page.file.read_text() == TYPED + "!"
    assert "not saved" not in page.said


def test_an_unfinished_text_never_shows_as_that_of_another_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream was removed, so the place is another's now; the text is told of, but not in its editor."""
    page = Texts(tmp_path, monkeypatch, TWO, view="stream", stream="orders", card=CARD, **{"as": "yaml"})
    page.write(f"island:{CARD}", NOT_YET)
    before = page.shown(f"island:{CARD}")
    page.session.change(lambda: remove_stream(page.draft, "orders"))
    page.app.query_params["stream"] = "returns"
    page.run()
    there, told = page.shown(f"island:{CARD}"), page.said
    page.click(page.session.key(f"drop:{CARD}"))

    assert before == NOT_YET
    assert there == page.draft.yaml(CARD)
    assert NOT_YET in told
    assert NOT_YET not in page.said


def test_an_unfinished_text_outlives_a_change_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place says what it said when the text was begun."""
    page = Texts(tmp_path, monkeypatch, TWO, view="stream", stream="orders", card=CARD, **{"as": "yaml"})
    page.write(f"island:{CARD}", NOT_YET)

    page.session.change(lambda: page.draft.set("/streams/1/primary_key", "at"))
    page.run()

    assert page.shown(f"island:{CARD}") == NOT_YET


def test_a_card_that_finds_the_file_changed_offers_to_take_it_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text is no fault of who typed it, and is saved by a click after that."""
    page = Texts(tmp_path, monkeypatch, view="stream", stream="orders", card=CARD, **{"as": "yaml"})
    page.file.write_text(OUTSIDE)
    mine = page.draft.yaml(CARD) + "\nhttp_method: POST"
    page.write(f"island:{CARD}", mine)
    told, shown = page.said, page.shown(f"island:{CARD}")
    page.click("reload")
    page.click(page.session.key(f"save:{CARD}"))

    assert "another window or program changed the file" in told
    assert "Line 1" not in told
    assert shown == mine
    assert "http_method: POST" in page.file.read_text()
    assert page.file.read_text().endswith("# by hand\n")


@pytest.mark.parametrize("view", ["stream", "text", "inputs", "publish", "history"])
def test_a_page_whose_history_was_deleted_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    """`git clean -fdx` takes the builder's own folder away; the next edit makes it anew, and undo works from there."""
    page = Texts(tmp_path, monkeypatch, view=view)
    page.draft.set("/description", "a shop")
    page.run()
    shutil.rmtree(page.file.parent / ".penstock")

    page.run()
    could = page.draft.can_undo
    assert page.session.change(lambda: page.draft.set("/description", "a bookshop"))
    page.run()
    page.click("undo")

    assert not could
    assert page.draft.value("/description") == "a shop"


@pytest.mark.parametrize("view", ["stream", "text", "inputs", "publish", "history"])
def test_a_manifest_whose_file_was_deleted_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    """The page still shows all of it; an edit tells that the file is gone, and a click brings it back, with its undo."""
    page = Texts(tmp_path, monkeypatch, view=view)
    page.draft.set("/description", "a shop")
    before = page.file.read_bytes()
    page.file.unlink()

    page.run()
    page.session.change(lambda: page.draft.set("/description", "a bookshop"))
    page.run()
    told = page.said
    page.click("write-again")
    back = page.file.read_bytes()
    page.click("undo")

    assert "the file is gone" in told
    assert back == before
    assert page.file.read_text() == MANIFEST


def test_a_manifest_whose_file_was_deleted_can_be_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Publish offers what the draft holds, and no package until the file is there again."""
    page = Texts(tmp_path, monkeypatch, view="publish")
    page.file.unlink()
    page.run()
    gone = {each.key for each in page.app.get("download_button")}
    page.click("export-write-again")

    assert gone == {"export-manifest"}
    assert {each.key for each in page.app.get("download_button")} == {"export-manifest", "export-zip"}
    assert page.file.read_text() == MANIFEST


def test_a_package_holds_what_was_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks and version are the draft's: of a file that another program changed there is none until it is taken over."""
    page = Texts(tmp_path, monkeypatch, view="publish")
    page.file.write_text(OUTSIDE)
    page.run()
    changed = {each.key for each in page.app.get("download_button")}, page.said
    page.click("export-reload")

    assert changed[0] == {"export-manifest"}
    assert "another window or program changed the file" in changed[1]
    assert {each.key for each in page.app.get("download_button")} == {"export-manifest", "export-zip"}
    assert page.draft.text == OUTSIDE


@pytest.mark.parametrize(
    "line",
    ["9" * 5000, "99999999", "0", "²", "-1", "x"],
    ids=["long", "big", "none", "two", "minus", "letter"],
)
def test_an_address_may_name_any_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """The text is shown, whatever the line."""
    page = Texts(tmp_path, monkeypatch, view="text", line=line)

    assert page.shown(page.whole) == MANIFEST
