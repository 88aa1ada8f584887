"""The whole manifest as text: taken over as it is, also where it is no YAML."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector


class Yaml(Opened):
    """The text of a manifest."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = MANIFEST, **more: str
    ) -> None:
        connector(folder, text=text)
        super().__init__(folder, monkeypatch, manifest="shop/manifest.yaml", view="text", **more)

    @property
    def editor(self) -> str:
        """The key of the editor."""
        return f"yaml-{self.draft.path}"

    @property
    def text(self) -> str:
        """What the editor shows."""
        found: str = self.app.text_area(key=self.editor).value
        return found

    def write(self, text: str) -> None:
        """Type a text."""
        self.app.text_area(key=self.editor).set_value(text)
        self.run()


def test_the_text_is_shown_and_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte of it; undo goes back."""
    page = Yaml(tmp_path, monkeypatch)
    shown = page.text

    page.write(MANIFEST + "# end\n")
    taken = page.draft.text
    page.click("undo")

    assert shown == MANIFEST
    assert taken == MANIFEST + "# end\n"
    assert page.text == page.draft.text == MANIFEST


def test_windows_line_ends_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor knows line feeds alone; the file keeps its own."""
    page = Yaml(tmp_path, monkeypatch, MANIFEST.replace("\n", "\r\n"))

    page.write(page.text + "# end\n")

    assert page.draft.text == (MANIFEST + "# end\n").replace("\n", "\r\n")


def test_a_text_that_is_no_yaml_is_taken_over_and_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that was typed is lost; the problem stands at its line, and the forms wait."""
    page = Yaml(tmp_path, monkeypatch)

    page.write(MANIFEST + "oops: [\n")
    told = page.said
    page.app.query_params["view"] = "stream"
    page.run()

    assert page.draft.text == MANIFEST + "oops: [\n"
    assert "yaml-syntax" in told
    assert "cannot be shown as forms" in page.said


def test_one_goes_to_a_stream_and_to_the_next_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its line, which the address keeps."""
    text = MANIFEST.replace("    primary_key: id\n", "    primary_key: id\n    typo: 1\n")
    page = Yaml(tmp_path, monkeypatch, text)
    lines = text.splitlines()

    page.app.selectbox(key=page.session.key("yaml-outline")).set_value("stream orders")
    page.run()
    to_stream = lines[int(page.place["line"]) - 1]
    page.click("yaml-next-problem")

    assert to_stream == "  - type: DeclarativeStream"
    assert lines[int(page.place["line"]) - 1] == "    typo: 1"
