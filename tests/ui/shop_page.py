"""The page of the bookshop's connector without a browser, on its API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.ui.opened import Opened

from penstock.testing.fake_api import FakeApi
from penstock_ui.demo import bookshop

DEMO = Path(bookshop.__file__).with_name("manifest.yaml")
CLEAR = [
    str(value)
    for customer in bookshop.customers()
    for value in (customer["name"], customer["email"], customer["phone"], customer["address"]["street"])
]
"""What the demo's manifest masks of every customer."""


class ShopPage(Opened):
    """The page at a view of the bookshop's connector, with the values that its API takes."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi, view: str, **place: str
    ) -> None:
        self.manifest = folder / "shop" / "manifest.yaml"
        self.manifest.parent.mkdir()
        self.manifest.write_text(DEMO.read_text())
        super().__init__(folder, monkeypatch, manifest="shop/manifest.yaml", view=view, **place)
        self.session.values.update({"url": api.url, "token": bookshop.TOKEN})
        self.run()

    def test(self, *streams: str) -> None:
        """Read the beginning of some streams, and draw the page again."""
        for stream in streams:
            self.session.test(stream).wait(20)
        self.run()

    def choose(self, label: str, value: Any) -> None:
        """Choose in a list, by its label."""
        next(each for each in self.app.selectbox if each.label == label).set_value(value)
        self.run()

    def choose_all(self, label: str, values: list[str]) -> None:
        """Choose several of a list, by its label."""
        next(each for each in self.app.multiselect if each.label == label).set_value(values)
        self.run()

    def fill(self, label: str, value: Any, kind: str = "text_input") -> None:
        """Fill a field of a form in, which is sent when the form is."""
        next(each for each in getattr(self.app, kind) if each.label == label).set_value(value)

    def switch(self, label: str) -> None:
        """Turn a switch on."""
        next(each for each in self.app.toggle if each.label == label).set_value(True)
        self.run()

    def table(self, column: str) -> Any:
        """The table that has a column."""
        return next(each.value for each in self.app.dataframe if column in each.value.columns)

    @property
    def shown(self) -> str:
        """All that the page sends to the browser, as text."""
        return "\n".join([self.said, *(each.value.to_csv() for each in self.app.dataframe)])


def clear_in(text: str) -> list[str]:
    """Which of the values that must be masked stand in a text."""
    return [value for value in CLEAR if value.lower() in text.lower()]
