"""Requests and answers, as tabs show them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_plus, urlsplit

import streamlit as st

from penstock.authoring import Exchange, Sample
from penstock_ui.evidence.place import page_of
from penstock_ui.session import Session


def chosen_exchange(session: Session, sample: Sample) -> Exchange | None:
    """The exchange of the page that is looked at; of several attempts, the chosen one, else the last."""
    page = page_of(session, sample)
    sent: tuple[Exchange, ...] = page.exchanges if page is not None else ()
    if len(sent) <= 1 or page is None:
        return sent[0] if sent else None
    number = st.segmented_control(
        "Attempt",
        range(len(sent)),
        default=len(sent) - 1,
        required=True,
        format_func=lambda index: f"{index + 1}: {status_of(sent[index])}",
        key=f"attempt-{sample.stream}-{page.number}-{len(sent)}",
    )
    return sent[number if number is not None else -1]


def request_line(exchange: Exchange) -> str:
    """Method, path and query, and how it was answered."""
    parts = urlsplit(exchange.url)
    query = f"?{unquote_plus(parts.query)}" if parts.query else ""
    return f"{exchange.method} {parts.path or '/'}{query}  →  {status_of(exchange)}"


def status_of(exchange: Exchange) -> str:
    """The status, or that no answer came, or that it is waited for."""
    if exchange.status is not None:
        return str(exchange.status)
    return "…" if has_no_answer(exchange) else "no answer"


def has_no_answer(exchange: Exchange | None) -> bool:
    """Whether neither an answer came nor what kept it from coming."""
    return exchange is None or (exchange.status is None and not exchange.failure)


def headers_table(headers: Mapping[str, str], key: str) -> None:
    """Headers as rows."""
    names = {"header": list(headers), "value": list(headers.values())}
    st.dataframe(names, hide_index=True, width="stretch", key=key)
