"""A working example: a small API of a made-up bookshop on this machine, and the connector for it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from penstock.testing.fake_api import FakeApi
from penstock_ui.demo.bookshop import TOKEN, open_bookshop

if TYPE_CHECKING:
    from penstock_ui.session import Session

_FILES = Path(__file__).parent


def open_demo(session: Session) -> None:
    """Open the example in a session. Its folder is a temporary one, its API lives as long as the builder."""
    folder = _folder()
    session.folder = folder
    session.open(folder / "bookshop" / "manifest.yaml")
    assert session.values is not None
    session.values.update({"url": _api().url, "token": TOKEN})


@st.cache_resource
def _api() -> FakeApi:
    api = FakeApi()
    open_bookshop(api)
    return api.__enter__()


@st.cache_resource
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="penstock-demo-"))
    (folder / "bookshop").mkdir()
    shutil.copy(_FILES / "manifest.yaml", folder / "bookshop" / "manifest.yaml")
    return folder
