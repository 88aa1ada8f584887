"""The builder's page: a rail on the left, the chosen view, and beside the editor what a test read tells."""

from __future__ import annotations

import streamlit as st

from penstock_ui import rail, session
from penstock_ui.problems import show_problem
from penstock_ui.screens import name_of, screens

_LOOKS = """<style>
.block-container {padding-top: 2.6rem; padding-bottom: 2rem; max-width: 100%;}
[data-testid="stSidebar"] .block-container, [data-testid="stSidebarUserContent"] {padding-top: 1rem;}
[data-testid="stHeader"] {height: 2rem;}
</style>"""


def main() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Penstock", page_icon=":material/water_pump:", layout="wide")
    st.html(_LOOKS)
    here = session.current()
    views = {name_of(view): view for view in screens("penstock_ui.views")}
    if here.draft is None:
        chosen = views["start"]
    else:
        chosen = views.get(st.query_params.get("view", ""), views["stream"])
    rail.show(here, [view for view in views.values() if view is not views["start"]], chosen)
    show_problem(here)
    chosen.show(here)


main()
