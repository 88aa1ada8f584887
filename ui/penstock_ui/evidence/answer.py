"""Tab: the answer of a page. A click on a list makes it the record path, one on a field the key, the cursor or a mask."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from penstock.authoring import Exchange, Json, Sample
from penstock_builder import moves
from penstock_builder.detect.guess import Guess
from penstock_builder.detect.records import record_paths
from penstock_builder.testing.proposals import body_of, paginators
from penstock_ui.components.json_tree import TreeAction, TreeEvent, json_tree
from penstock_ui.evidence import confirm
from penstock_ui.evidence.exchanges import chosen_exchange, has_no_answer, headers_table
from penstock_ui.evidence.place import page_of
from penstock_ui.evidence.retest import change_and_retest
from penstock_ui.screens import coded, literal, marked
from penstock_ui.session import Session

TITLE = "Answer"
ORDER = 30

_LIKELY = 0.2
_ACTIONS = (
    TreeAction("records", "Records are here", "list"),
    TreeAction("key", "Primary key", "field"),
    TreeAction("cursor", "Cursor", "field"),
    TreeAction("mask", "Mask", "field"),
)


def show(session: Session, sample: Sample) -> None:
    """The answer's status, headers and body."""
    exchange = chosen_exchange(session, sample)
    if has_no_answer(exchange) and not sample.is_over and session.stream in session.meanwhile:
        sample = session.meanwhile[session.stream]
        exchange = chosen_exchange(session, sample)
    if exchange is None or has_no_answer(exchange):
        st.caption("No answer came yet.")
        return
    if exchange.status is None:
        st.error(f"No answer: {marked(exchange.failure)}")
        return
    here = record_path(session)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(literal(_told(exchange)), width="stretch")
        with st.popover(f"{len(exchange.answer_headers)} headers", key="answer-headers-open"):
            headers_table(exchange.answer_headers, "answer-headers")
    confirm.show(session)
    body = body_of(exchange.answer)
    if body is None:
        _text(exchange)
    else:
        _where(session, sample, body, here)
        _pages(session, sample, here)
        _tree(session, exchange, body, here)


def _told(exchange: Exchange) -> str:
    parts = [
        f"HTTP {exchange.status}",
        f"{exchange.answer_bytes:,} bytes",
        f"{exchange.seconds * 1000:,.0f} ms",
    ]
    return " · ".join([*parts, *([exchange.answer_note] if exchange.answer_note else [])])


def _text(exchange: Exchange) -> None:
    """An answer that is no JSON."""
    if exchange.answer is None:
        st.info("This answer is no text, so it is not shown.", icon=":material/draft:")
        return
    st.caption("This answer is no JSON. A decoder of the stream says how to read it.")
    st.code(exchange.answer, language=None, height=380, wrap_lines=True)


def _tree(session: Session, exchange: Exchange, body: Json, here: Sequence[str] | None) -> None:
    event = json_tree(
        body,
        key=f"answer-{session.stream}",
        actions=_ACTIONS,
        marks={tuple(here): "records"} if here else {},
        height=400,
        label="Answer",
    )
    if event is not None:
        _act(session, event, exchange)
        st.rerun()


def _act(session: Session, event: TreeEvent, exchange: Exchange) -> None:
    """Do what was chosen in the tree; a cursor and a mask are confirmed first."""
    if event.action == "records":
        path = ["*" if isinstance(part, int) else str(part) for part in event.path]
        use_path(session, path)
        return
    field = field_of(event.path, record_path(session) or [])
    if not field:
        session.kept["confirm"] = confirm.Asked(session.stream, "outside", ".".join(map(str, event.path)), "")
    elif event.action == "key":
        change_and_retest(
            session, lambda: moves.set_primary_key(session.opened, session.stream, field.split(".")[:1])
        )
    else:
        session.kept["confirm"] = confirm.Asked(session.stream, event.action, field, exchange.url)


def use_path(session: Session, path: Sequence[str]) -> None:
    """Take records from a path, and show what comes of it."""
    change_and_retest(session, lambda: moves.set_record_path(session.opened, session.stream, path))


def field_of(path: Sequence[str | int], records: Sequence[str]) -> str:
    """The dotted path inside a record of a node of the answer; `[*]` for items. Empty where it is in no record."""
    rest = list(path)
    for name in records:
        if not rest or (name != "*" and rest[0] != name):
            return ""
        rest.pop(0)
    if rest and isinstance(rest[0], int):
        rest = rest[1:]
    return "".join("[*]" if isinstance(part, int) else f".{part}" for part in rest).removeprefix(".")


def _where(session: Session, sample: Sample, body: Json, here: Sequence[str] | None) -> None:
    """Where the records are; where they may be, if the stream looks elsewhere."""
    page = page_of(session, sample)
    if here is not None and page is not None and page.extracted:
        told = ".".join(here) or "the whole answer"
        st.caption(
            f"Records at {coded(told)}: {page.extracted:,} on this page. Click a field for key, cursor or mask."
        )
        return
    others = [guess for guess in record_paths(body)[:3] if list(guess.value) != list(here or [])]
    guesses = [guess for guess in others if guess.confidence >= _LIKELY] or others[:1]
    if page is None or not page.is_over or not guesses:
        return
    st.caption("No records here. They may be at:" if here is not None else "The records may be at:")
    for number, guess in enumerate(guesses):
        label = ".".join(guess.value) or "the whole answer"
        _offer(
            f"guess-records-{number}", f"Use {label}", guess, lambda path=guess.value: use_path(session, path)
        )


def _pages(session: Session, sample: Sample, here: Sequence[str] | None) -> None:
    """How pages may follow, where the stream has no paginator."""
    retriever = session.part.part("retriever") if session.part is not None else None
    declared = retriever.part("paginator") if retriever is not None else None
    if retriever is None or (declared is not None and declared.type_name != "NoPagination"):
        return
    found = [guess for guess in paginators(sample, here or [], most=2) if guess.confidence >= _LIKELY]
    if not found:
        return
    st.caption("This stream reads one page. More may follow:")
    for number, guess in enumerate(found):
        strategy = guess.value.get("pagination_strategy", {}).get("type", guess.value.get("type"))
        _offer(
            f"guess-pages-{number}",
            f"Use {strategy}",
            guess,
            lambda made=guess.value: change_and_retest(
                session, lambda: moves.set_paginator(session.opened, session.stream, made)
            ),
        )


def _offer(key: str, label: str, guess: Guess[Json], use: Json) -> None:
    """A guess with its evidence, and a button that takes it over."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(literal(label), key=key, on_click=use)
        st.caption(f"{guess.confidence:.0%} · {marked(guess.evidence)}", width="stretch")


def record_path(session: Session) -> list[str] | None:
    """The record path of the stream, None where its extractor has none."""
    part = session.part
    extractor = next(part.find("DpathExtractor"), None) if part is not None else None
    path = extractor.value("field_path") if extractor is not None else None
    return [str(segment) for segment in path] if isinstance(path, list) else None
