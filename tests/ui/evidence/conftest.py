from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.ui.opened import Opened

from penstock.testing.fake_api import FakeApi
from penstock_ui.demo import bookshop

DEMO = Path(bookshop.__file__).with_name("manifest.yaml")
MASKED = ("lindqvist", "canal street", "+4420794600")
"""What stands in clear only before masks: of every customer a name, a street or a number."""
TABS = ("records", "request", "answer", "schema", "state", "faults", "log", "why")


class Evidence(Opened):
    """The page at a stream of the bookshop, with values to test it."""

    def test(self, key: str = "test-run") -> None:
        """Run a test, and wait for its end."""
        self.click(key)
        read = self.session.reads[self.place["stream"]]
        read.wait(20)
        self.run()

    def tab(self, name: str) -> None:
        """Open a tab."""
        self.app.query_params["tab"] = name
        self.run()

    def pick(self, label: str, value: str) -> None:
        """Choose one of several in the setup of the test, by their label."""
        self.options(label).set_value(value)
        self.run()

    def options(self, label: str) -> Any:
        """What there is to choose from in the setup, by its label."""
        return next(each for each in self.app.radio if each.label == label)

    def table(self, *columns: str) -> list[list[object]]:
        """The rows of the table that has these columns, and only these of them."""
        found = next(each.value for each in self.app.dataframe if set(columns) <= set(each.value.columns))
        return [list(row) for row in found[list(columns)].itertuples(index=False)]


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """The bookshop's API."""
    with FakeApi() as opened:
        bookshop.open_bookshop(opened)
        yield opened


class Open:
    """Opens the page at a stream."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi) -> None:
        self._folder, self._monkeypatch, self._api = folder, monkeypatch, api

    def __call__(
        self, stream: str = "customers", *, change: tuple[str, str] = ("", ""), token: str = bookshop.TOKEN
    ) -> Evidence:
        """`change` is made in the manifest's text first."""
        text = DEMO.read_text()
        assert change[0] in text
        path = self._folder / "shop" / "manifest.yaml"
        path.parent.mkdir()
        path.write_text(text.replace(*change) if change[0] else text)
        page = Evidence(
            self._folder, self._monkeypatch, manifest="shop/manifest.yaml", view="stream", stream=stream
        )
        page.session.values.update({"url": self._api.url, "token": token})
        return page


@pytest.fixture
def open_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi) -> Open:
    """The page of the bookshop's connector on the API."""
    return Open(tmp_path, monkeypatch, api)
