"""Tab: the request of a page, and what was asked besides: logins, parents, jobs."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from penstock.authoring import Exchange, Sample
from penstock_ui.evidence.exchanges import chosen_exchange, headers_table
from penstock_ui.session import Session

TITLE = "Request"
ORDER = 20


def show(session: Session, sample: Sample) -> None:
    """Method, URL, query, headers and body; no credential is shown."""
    exchange = chosen_exchange(session)
    if exchange is None:
        st.caption("No request was sent for this page.")
    else:
        _exchange(exchange)
    if sample.other:
        st.markdown(f"**Other requests** ({len(sample.other):,})")
        st.dataframe(
            [
                {
                    "for": f"{one.purpose} {one.stream}".strip(),
                    "method": one.method,
                    "url": one.url,
                    "status": one.status,
                    "milliseconds": round(one.seconds * 1000),
                }
                for one in sample.other
            ],
            hide_index=True,
            width="stretch",
            key="other-requests",
        )


def _exchange(exchange: Exchange) -> None:
    parts = urlsplit(exchange.url)
    st.code(f"{exchange.method} {parts.scheme}://{parts.netloc}{parts.path}", language=None, wrap_lines=True)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if query:
        st.dataframe(
            [{"parameter": name, "value": value} for name, value in query],
            hide_index=True,
            width="stretch",
            key="request-query",
        )
    if exchange.headers:
        headers_table(exchange.headers, "request-headers")
    if exchange.body:
        st.code(exchange.body, language="json" if exchange.body.startswith(("{", "[")) else None, height=240)
