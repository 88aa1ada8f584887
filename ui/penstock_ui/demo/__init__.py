"""A working example: a small API of a made-up bookshop on this machine, and the connector for it."""

from __future__ import annotations

import atexit
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from penstock.authoring import private_directory
from penstock.testing.fake_api import FakeApi
from penstock_ui.demo.bookshop import TOKEN, open_bookshop

if TYPE_CHECKING:
    from penstock_ui.session import Session

_MANIFEST = Path(__file__).with_name("manifest.yaml")


def prepare_demo(session: Session) -> Path:
    """Let a session work in the example's folder, with the values that its API takes; gives its manifest."""
    session.folder, url = _running()
    manifest = session.folder / "bookshop" / "manifest.yaml"
    session.values_of(manifest).update({"url": url, "token": TOKEN})
    return manifest


@st.cache_resource
def _running() -> tuple[Path, str]:
    """The folder and the address of the API; both are there as long as the builder."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = stack.enter_context(private_directory())
    (folder / "bookshop").mkdir()
    shutil.copy(_MANIFEST, folder / "bookshop" / "manifest.yaml")
    api = stack.enter_context(FakeApi())
    open_bookshop(api)
    return folder, api.url
