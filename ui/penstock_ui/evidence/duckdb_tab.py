"""Tab: what was read, in DuckDB: ask it, look at its columns, draw it."""

from __future__ import annotations

import streamlit as st

from penstock.authoring import PenstockError, Sample
from penstock_ui import asking
from penstock_ui.problems import show_error
from penstock_ui.screens import literal
from penstock_ui.session import Session

TITLE = "DuckDB"
ORDER = 80


def show(session: Session, sample: Sample) -> None:
    """The masked records of every stream that was tested, each a table of the types that a sync would give."""
    if not sample.is_over:
        st.caption("It is loaded when the test is over.")
        return
    try:
        opened = asking.database(session)
        if opened is None:
            st.info("There is no record to ask yet.", icon=":material/database:")
            return
        with st.container():
            if sample.stream in opened.notes:
                st.caption(literal(opened.notes[sample.stream]))
        asking.show(session, opened, first=sample.stream, wide=False)
    except PenstockError as error:
        show_error(error)
