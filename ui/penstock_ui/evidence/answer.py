"""Tab: the answer of a page. A click on a list makes it the record path, one on a field the key, the cursor or a mask."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from penstock.authoring import Json, Sample
from penstock_builder import moves
from penstock_builder.detect.cursor import cursor as guess_cursor
from penstock_builder.detect.records import record_paths
from penstock_ui.components.json_tree import TreeAction, TreeEvent, json_tree
from penstock_ui.evidence.exchanges import chosen_exchange, headers_table
from penstock_ui.session import Session

TITLE = "Answer"
ORDER = 30

_ACTIONS = (
    TreeAction("records", "Records are here", "list"),
    TreeAction("key", "Primary key", "field"),
    TreeAction("cursor", "Cursor", "field"),
    TreeAction("mask", "Mask", "field"),
)


def show(session: Session, sample: Sample) -> None:
    """The answer's status, headers and body."""
    exchange = chosen_exchange(session)
    if exchange is None:
        st.caption("No answer came yet.")
        return
    if exchange.status is None:
        st.error(f"No answer: {exchange.failure}")
        return
    st.caption(
        f"HTTP {exchange.status} · {exchange.answer_bytes:,} bytes · {exchange.seconds * 1000:,.0f} ms"
    )
    if exchange.answer_note:
        st.caption(exchange.answer_note)
    with st.expander(f"{len(exchange.answer_headers)} headers"):
        headers_table(exchange.answer_headers, "answer-headers")
    body = _parsed(exchange.answer)
    if body is None:
        st.code(exchange.answer or "", language=None, height=420)
        return
    here = _record_path(session)
    event = json_tree(
        body,
        key=f"answer-{session.stream}",
        actions=_ACTIONS,
        marks={tuple(here): "records"} if here is not None else {},
        height=460,
        label="Answer",
    )
    if event is not None and _act(session, event, body):
        st.rerun()
    _guess(session, body, here)


def _act(session: Session, event: TreeEvent, body: Json) -> bool:
    """Do what was chosen in the tree; tells whether that changed the draft."""
    draft, stream = session.opened, session.stream
    if event.action == "records":
        path = ["*" if isinstance(part, int) else str(part) for part in event.path]
        return session.change(lambda: moves.set_record_path(draft, stream, path))
    field = field_of(event.path, _record_path(session) or [])
    if not field:
        return False
    if event.action == "key":
        return session.change(lambda: moves.set_primary_key(draft, stream, field.split(".")[:1]))
    if event.action == "mask":
        return session.change(lambda: moves.mask_field(draft, stream, field, "redact"))
    return session.change(lambda: moves.set_cursor(draft, stream, cursor_of(_records(body, session), field)))


def field_of(path: Sequence[str | int], record_path: Sequence[str]) -> str:
    """The dotted path inside a record of a node of the answer; empty where it is in no record."""
    rest = list(path[len(record_path) :])
    if rest and isinstance(rest[0], int):
        rest = rest[1:]
    return ".".join("*" if isinstance(part, int) else part for part in rest)


def cursor_of(records: Sequence[dict[str, Json]], field: str) -> Json:
    """A cursor on a field, with the formats that its values have."""
    guess = next(
        (guess.value for guess in guess_cursor(list(records)) if guess.value.field == (field,)), None
    )
    formats = list(guess.datetime_formats) if guess is not None else []
    first = formats[0] if formats else "%Y-%m-%dT%H:%M:%SZ"
    return {
        "type": "DatetimeBasedCursor",
        "cursor_field": field,
        "datetime_format": first,
        **({"cursor_datetime_formats": formats} if len(formats) > 1 else {}),
        "start_datetime": {
            "type": "MinMaxDatetime",
            "datetime": "2020-01-01T00:00:00Z",
            "datetime_format": "%Y-%m-%dT%H:%M:%SZ",
        },
    }


def _guess(session: Session, body: Json, here: Sequence[str] | None) -> None:
    """Where the records may be, where the stream looks elsewhere."""
    guesses = [guess for guess in record_paths(body)[:3] if list(guess.value) != list(here or [])]
    page = session.kept.get("page")
    if not guesses or (page is not None and page.records):
        return
    st.caption("The records may be here:")
    for number, guess in enumerate(guesses):
        label = ".".join(guess.value) or "the whole answer"
        st.button(
            f"`{label}` ({guess.confidence:.0%})",
            key=f"guess-records-{number}",
            help=guess.evidence,
            on_click=lambda path=guess.value: session.change(
                lambda: moves.set_record_path(session.opened, session.stream, path)
            ),
        )


def _record_path(session: Session) -> list[str] | None:
    """The record path of the stream, None where its extractor has none."""
    part = session.part
    extractor = next(part.find("DpathExtractor"), None) if part is not None else None
    path = extractor.value("field_path") if extractor is not None else None
    return [str(segment) for segment in path] if isinstance(path, list) else None


def _records(body: Json, session: Session) -> list[dict[str, Json]]:
    for key in _record_path(session) or []:
        body = body.get(key) if isinstance(body, dict) else None
    return [record for record in body if isinstance(record, dict)] if isinstance(body, list) else []


def _parsed(text: str | None) -> Json:
    try:
        return json.loads(text or "")
    except ValueError:
        return None
