"""The builder's page: a bar on top, a rail on the left, and the chosen view."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from penstock.authoring import PenstockError
from penstock_ui import rail, session, topbar
from penstock_ui.later import can_show_images, load_the_rest
from penstock_ui.problems import show_error, show_problem
from penstock_ui.screens import name_of, screens

_ICON = Path(__file__).with_name("icon.svg")  # one by name would be fetched from fonts.gstatic.com

_LOOKS = """<style>
.block-container {padding: 0.8rem 1.5rem 2rem; max-width: 100%;}
[data-testid="stHeader"] {height: 0; min-height: 0; background: transparent;}
[data-testid="stSidebarUserContent"] {padding-top: 0.4rem;}
[data-testid="stSidebarHeader"] {height: 2.2rem; padding-bottom: 0; margin-bottom: 0;}
.st-key-rail-streams, .st-key-rail-views {gap: 0.1rem;}
.st-key-rail-streams .stButton button, .st-key-rail-streams .stButton button > div, .st-key-rail-views .stButton button, .st-key-rail-views .stButton button > div {
  justify-content: flex-start; min-height: 2rem; padding: 0.1rem 0.6rem; text-align: left;}
.st-key-rail-streams .stButton p {overflow: hidden; text-overflow: ellipsis; white-space: nowrap;}
.st-key-own-undo {display: none;}
.st-key-topbar {padding-bottom: 0.3rem; border-bottom: 1px solid rgba(128, 128, 128, 0.25);}
.st-key-topbar .stButton button {min-height: 2.1rem; padding: 0.1rem 0.7rem; white-space: nowrap;}
.st-key-topbar .stButton button kbd {display: none;}
.stMain h1 {font-size: 1.5rem; padding: 0.3rem 0 0.5rem;}
</style>"""


def main() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Penstock", layout="wide", initial_sidebar_state=250)
    st.html(_LOOKS)
    views = {name_of(view): view for view in screens("penstock_ui.views")}
    here = session.current()
    asked = st.query_params.get("view", "")
    chosen = views["start"] if here.draft is None else views.get(asked, views["stream"])
    badges = topbar.show(here, chosen) if here.draft is not None else None
    rail.show(here, [view for view in views.values() if view is not views["start"]], chosen)
    problem, step, view = st.container(), st.container(), st.container()  # what comes above moves no view
    with problem:
        show_problem(here)
    try:
        if here.stepped is not None and here.stepped.view == asked:
            from penstock_ui.differences import show_step

            with step:
                show_step(here)
        with view:
            chosen.show(here)
    except PenstockError as error:  # a draft that others changed, or a place that is gone
        with view:
            show_error(error)
    if badges is not None:
        topbar.show_badges(here, badges, views)
    if can_show_images():
        st.set_page_config(page_icon=_ICON)
    load_the_rest()


main()
