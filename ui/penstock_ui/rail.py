"""The rail on the left: which connector, which view, which stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import streamlit as st

from penstock_builder.streams import add_stream
from penstock_builder.whereabouts import stream_at
from penstock_builder.workspace import connectors
from penstock_ui.screens import literal, name_of
from penstock_ui.session import Session

_MANY = 12


def go(view: str, **place: str) -> None:
    """Show a view; the address says so, so that it can be kept and shared."""
    names = ("manifest", "stream", "tab") if view == "stream" else ("manifest", "stream")
    kept = {name: st.query_params[name] for name in names if name in st.query_params}
    st.query_params.from_dict({**kept, **place, "view": view})


def show(session: Session, views: Sequence[ModuleType], chosen: ModuleType) -> None:
    """Draw the rail."""
    with st.sidebar:
        _connector(session)
        if session.draft is None:
            return
        _streams(session, chosen)
        with st.container(key="rail-views"):
            st.caption("Connector")
            for view in views:
                if name_of(view) != "stream":
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
        width="stretch",
    )


def _connector(session: Session) -> None:
    here = session.draft.path if session.draft is not None else None
    paths = connectors(session.folder) if session.folder.is_dir() else []
    if here is not None and here not in paths:
        paths.insert(0, here)
    key = session.key("rail:connector")

    def choose() -> None:
        chosen: Path | None = st.session_state[key]
        if chosen == here:
            return  # Streamlit calls this too where a run was cut short before it came to the box
        if chosen is None:
            session.close()
        else:
            session.open(chosen)

    st.selectbox(
        "Connector",
        [None, *paths],
        index=paths.index(here) + 1 if here in paths else 0,
        format_func=lambda path: "New connector …" if path is None else _short(session.address_of(path)),
        key=key,
        label_visibility="collapsed",
        on_change=choose,
    )


def _short(address: str) -> str:
    """`orders/manifest.yaml` is known by its folder."""
    folder, _, file = address.rpartition("/")
    return folder if folder and file in ("manifest.yaml", "manifest.yml") else address


def _streams(session: Session, chosen: ModuleType) -> None:
    names = session.streams
    with st.container(key="rail-streams"):
        st.caption(f"Streams ({len(names)})" if len(names) > _MANY else "Streams")
        shown = names
        if len(names) > _MANY:
            wanted = st.text_input(
                "Find a stream", key="rail-find", placeholder="Find a stream", label_visibility="collapsed"
            )
            shown = [name for name in names if wanted.casefold() in name.casefold()]
        problems = session.opened.once("problems of streams", lambda _: _problems(session))
        session.kept["running"] = {
            name for name, read in session.reads.items() if not read.snapshot().is_over
        }
        with st.container(key="rail-stream-list", gap=None, height=300 if len(shown) > _MANY else "content"):
            for name in shown:
                label = literal(name)
                if problems[name]:
                    label += f" :orange-badge[{problems[name]}]"
                is_chosen = name_of(chosen) == "stream" and name == session.stream
                _entry(label, is_chosen, f"stream-{name}", "stream", icon=_mark(session, name), stream=name)
        _add(session)


def _problems(session: Session) -> Counter[str]:
    """How many errors and warnings each stream has."""
    serious = [f.diagnostic for f in session.findings if f.diagnostic.severity != "note"]
    return Counter(stream_at(session.opened, told.span) for told in serious)


def _mark(session: Session, stream: str) -> str:
    """How the last test read of a stream went."""
    read = session.reads.get(stream)
    if read is None:
        return ":material/radio_button_unchecked:"
    if stream in session.kept["running"]:
        return ":material/pending:"
    return ":material/error:" if read.snapshot().error is not None else ":material/check_circle:"


def _add(session: Session) -> None:
    with (
        st.popover("Add stream", icon=":material/add:", key="add-stream", width="stretch", type="tertiary"),
        st.form(session.key("add-stream-form"), border=False),
    ):
        name = st.text_input("Name", key=session.key("add-stream:name"), placeholder="orders")
        url = st.text_input(
            "Address",
            key=session.key("add-stream:url"),
            placeholder="https://api.example.com/orders",
            help="Expressions such as `{{ config['url'] }}/orders` can be used.",
        )
        if (
            st.form_submit_button("Add", key="add-stream-now")
            and name.strip()
            and session.change(lambda: add_stream(session.opened, name.strip(), url.strip()))
        ):
            go("stream", stream=name.strip())
            st.rerun()
