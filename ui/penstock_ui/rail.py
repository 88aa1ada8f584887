"""The rail on the left: which connector, which view, which stream."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import streamlit as st

from penstock_builder.workspace import connectors
from penstock_ui.screens import name_of
from penstock_ui.session import Session


def go(view: str, **place: str) -> None:
    """Show a view; the address says so, so that it can be kept and shared."""
    kept = {name: st.query_params[name] for name in ("manifest", "stream") if name in st.query_params}
    st.query_params.from_dict({**kept, **place, "view": view})


def show(session: Session, views: Sequence[ModuleType], chosen: ModuleType) -> None:
    """Draw the rail."""
    with st.sidebar:
        _connector(session)
        if session.draft is None:
            return
        _streams(session, chosen)
        st.divider()
        for view in views:
            if name_of(view) == "stream":
                continue
            _entry(view.TITLE, view is chosen, f"view-{name_of(view)}", name_of(view), icon=view.ICON)


def _entry(label: str, is_chosen: bool, key: str, view: str, icon: str | None = None, **place: str) -> None:  # noqa: FBT001
    st.button(
        label,
        key=key,
        icon=icon,
        type="secondary" if is_chosen else "tertiary",
        on_click=go,
        args=(view,),
        kwargs=place,
        width="stretch" if is_chosen else "content",
    )


def _connector(session: Session) -> None:
    paths = connectors(session.folder) if session.folder.is_dir() else []
    here = session.draft.path if session.draft is not None else None
    if here is not None and here not in paths:
        paths.insert(0, here)
    shown = {path: _shown(session, path) for path in paths}
    chosen = st.selectbox(
        "Connector",
        [None, *paths],
        index=paths.index(here) + 1 if here in paths else 0,
        format_func=lambda path: "New connector …" if path is None else shown[path],
        key=session.key("rail:connector"),
    )
    if chosen != here:
        if chosen is None:
            session.draft = None
            st.query_params.clear()
        elif session.change(lambda: session.open(chosen)):
            st.query_params.from_dict({"manifest": shown[chosen]})
        st.rerun()


def _shown(session: Session, path: object) -> str:
    try:
        return str(getattr(path, "relative_to")(session.folder))  # noqa: B009
    except ValueError:
        return str(getattr(path, "name"))  # noqa: B009


def _streams(session: Session, chosen: ModuleType) -> None:
    st.caption("Streams")
    for name in session.streams:
        read = session.reads.get(name)
        sample = read.snapshot() if read is not None else None
        icon = None
        if sample is not None and sample.is_over:
            icon = ":material/error:" if sample.error is not None else ":material/check:"
        is_chosen = name_of(chosen) == "stream" and name == session.stream
        _entry(name, is_chosen, f"stream-{name}", "stream", icon=icon, stream=name)
