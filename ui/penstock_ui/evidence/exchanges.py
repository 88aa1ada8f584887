"""Requests and answers, as tabs show them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from penstock.authoring import Exchange
from penstock_ui.session import Session


def chosen_exchange(session: Session) -> Exchange | None:
    """The exchange of the page that is looked at; of several attempts, the chosen one, else the last."""
    page = session.kept.get("page")
    sent: tuple[Exchange, ...] = page.exchanges if page is not None else ()
    if len(sent) <= 1:
        return sent[0] if sent else None
    number = st.segmented_control(
        "Attempt",
        range(len(sent)),
        default=len(sent) - 1,
        format_func=lambda index: f"{index + 1}: {sent[index].status or 'no answer'}",
        key=f"attempt-{page.number}-{len(sent)}",
    )
    return sent[number if number is not None else -1]


def headers_table(headers: Mapping[str, str], key: str) -> None:
    """Headers as rows."""
    st.dataframe(
        [{"header": name, "value": value} for name, value in headers.items()],
        hide_index=True,
        width="stretch",
        key=key,
    )
