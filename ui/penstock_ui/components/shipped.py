"""The JavaScript that is shipped, and whether it can run here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer
from streamlit.runtime import Runtime

Json = Any
PLAIN = "PENSTOCK_UI_PLAIN"
"""The environment variable that asks for plain widgets."""


@lru_cache(maxsize=8)
def shipped(name: str) -> ComponentRenderer:
    """The component whose JavaScript is `assets/<name>.js`."""
    script = files("penstock_ui.components").joinpath("assets", f"{name}.js").read_text(encoding="utf-8")
    made: ComponentRenderer = component(f"penstock_{name}", js=script)
    return made


def is_plain() -> bool:
    """Whether widgets are plain: where that is asked for, and where no browser is (Streamlit's AppTest)."""
    return bool(os.environ.get(PLAIN)) or not Runtime.exists() or type(Runtime.instance()) is not Runtime


def show(name: str, key: str, data: Mapping[str, Json]) -> Json:
    """Show a component that tells numbered events, and give the last event in the first run that hears of it.

    An event is part of the widget's state, where it stays; `seen` tells the component which one Python has had when it
    made `data`. So neither a run that the next one cuts short nor a text that was typed meanwhile is lost.
    """
    seen = f"{key}-seen"
    before = st.session_state.get(seen, 0)
    shown: Json = shipped(name)(key=key, data={**data, "seen": before}, on_event_change=_nothing)
    event: Json = shown.event
    if not event or event["number"] <= before:
        return None
    st.session_state[seen] = event["number"]
    return {name: value for name, value in event.items() if name != "number"}


def _nothing() -> None:
    """Streamlit wants something to call at an event."""
