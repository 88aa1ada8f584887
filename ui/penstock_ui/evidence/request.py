"""Tab: the request of a page: address, query, headers and body."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from penstock.authoring import Exchange, Sample
from penstock_ui.evidence.exchanges import chosen_exchange, headers_table
from penstock_ui.session import Session

TITLE = "Request"
ORDER = 20


def show(session: Session, sample: Sample) -> None:
    """Draw the request; no credential is shown."""
    exchange = chosen_exchange(session, sample)
    if exchange is None:
        st.caption("No request was sent for this page.")
        return
    _exchange(exchange)


def _exchange(exchange: Exchange) -> None:
    parts = urlsplit(exchange.url)
    st.code(f"{exchange.method} {parts.scheme}://{parts.netloc}{parts.path}", language=None, wrap_lines=True)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if query:
        st.caption("Parameters")
        names, values = zip(*query, strict=True)
        st.dataframe(
            {"parameter": list(names), "value": list(values)},
            hide_index=True,
            width="stretch",
            key="request-query",
        )
    if exchange.headers:
        st.caption("Headers")
        headers_table(exchange.headers, "request-headers")
    if exchange.body:
        st.caption("Body")
        st.code(exchange.body, language="json" if exchange.body.startswith(("{", "[")) else None, height=240)
    if not query and not exchange.headers and not exchange.body:
        st.caption("Neither parameters, headers nor body. Credentials are sent, and not shown.")
