from __future__ import annotations

from collections.abc import Iterator

import pytest

from penstock.testing.fake_api import FakeApi
from penstock_ui.demo import bookshop


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """The bookshop's API."""
    with FakeApi() as opened:
        bookshop.open_bookshop(opened)
        yield opened
