"""What a click in the answer proposes, to be confirmed: a cursor with its formats and parameters, or a mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from penstock.authoring import Json, Placed
from penstock_builder import moves
from penstock_builder.testing.proposals import CursorPlan, cursor_of, cursor_plan
from penstock_ui.evidence.retest import change_and_retest
from penstock_ui.screens import coded, literal
from penstock_ui.session import Session

_NONE = ""
_MASKS: Mapping[str, tuple[str, Json]] = {
    "redact": ("Redact: *** in its place", "redact"),
    "drop": ("Drop: the field goes", "drop"),
    "nullify": ("Nullify: null in its place", "nullify"),
    "last4": ("Partial: the last 4 characters stay", {"type": "Partial", "keep_last": 4}),
    "email": ("Partial: of an email the domain stays", {"type": "Partial", "form": "Email"}),
    "scan": ("ScanText: personal data inside text goes", "scantext"),
    "hmac": ("Hmac: a pseudonym, the same each time (needs a key)", {"type": "Hmac"}),
    "keep": ("No mask: it may leave", None),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was clicked: `what` is "cursor", "mask", or "outside" for a field of no record."""

    stream: str
    what: str
    field: str
    url: str


def show(session: Session) -> None:
    """Draw the form of what was clicked last, if it waits for an answer."""
    asked: Asked | None = session.kept.get("confirm")
    if asked is None or asked.stream != session.stream:
        return
    if asked.what == "outside":
        st.warning(
            f"{coded(asked.field)} is in no record. First click the list that holds the records.",
            icon=":material/data_array:",
        )
        del session.kept["confirm"]
        return
    with st.container(border=True, gap="small", key=f"confirm-{asked.what}"):
        if asked.what == "cursor":
            _cursor(session, asked)
        else:
            _mask(session, asked)


def _done(session: Session) -> None:
    session.kept.pop("confirm", None)


def _cancel(session: Session) -> None:
    st.button("Cancel", key="confirm-cancel", type="tertiary", on_click=_done, args=(session,))


def _cursor(session: Session, asked: Asked) -> None:
    """The form of a cursor, filled with what records and request tell."""
    sample = session.reads[asked.stream].snapshot()
    plan = _as_declared(session, cursor_plan(sample.records, asked.url, asked.field))
    st.markdown(f"**Cursor on {coded(asked.field)}**  \n:small[{literal(plan.evidence)}]")
    if "." in asked.field or "[" in asked.field:
        st.warning("A cursor field must stand at the top of the record.")
    if _declared_cursor(session) is not None:
        st.caption("It takes the place of the cursor that the stream has.")
    made = _cursor_fields(asked, plan)

    def accept() -> None:
        _done(session)
        change_and_retest(session, lambda: moves.set_cursor(session.opened, session.stream, cursor_of(made)))

    with st.container(horizontal=True, gap="small"):
        st.button("Set cursor", key="confirm-cursor-ok", type="primary", on_click=accept)
        _cancel(session)


def _declared_cursor(session: Session) -> Placed | None:
    return session.part.part("incremental_sync") if session.part is not None else None


def _as_declared(session: Session, plan: CursorPlan) -> CursorPlan:
    """The plan with the start of the cursor that the stream has, where that is a plain one."""
    declared = _declared_cursor(session)
    start = declared.value("start_datetime") if declared is not None else None
    return replace(plan, start=start) if isinstance(start, str) else plan


def _cursor_fields(asked: Asked, plan: CursorPlan) -> CursorPlan:
    left, right = st.columns(2)
    with left:
        written = st.text_input("Format", plan.formats[0], key=f"cursor-format-{asked.field}")
        start_parameter = _parameter(
            "Parameter of the start", plan.start_parameter, plan, f"cursor-start-{asked.field}"
        )
    with right:
        start = st.text_input(
            "First start",
            plan.start,
            key=f"cursor-from-{asked.field}",
            help="A moment in UTC, or an expression",
        )
        end_parameter = _parameter(
            "Parameter of the end", plan.end_parameter, plan, f"cursor-end-{asked.field}"
        )
    formats = (written, *(each for each in plan.formats if each != written))
    return replace(
        plan, formats=formats, start=start, start_parameter=start_parameter, end_parameter=end_parameter
    )


def _parameter(label: str, guess: str, plan: CursorPlan, key: str) -> str:
    names = list(dict.fromkeys((_NONE, *((guess,) if guess else ()), *plan.parameters)))
    chosen = st.selectbox(
        label,
        names,
        index=names.index(guess),
        format_func=lambda name: name or "none: filter here",
        key=key,
        accept_new_options=True,
        help="Choose one, or type its name",
    )
    return str(chosen or _NONE)


def _mask(session: Session, asked: Asked) -> None:
    """The form of a mask."""
    st.markdown(f"**Mask {coded(asked.field)}**")
    chosen = st.selectbox(
        "Technique",
        list(_MASKS),
        format_func=lambda name: _MASKS[name][0],
        key=f"mask-technique-{asked.field}",
    )

    def accept() -> None:
        _done(session)
        change_and_retest(
            session,
            lambda: moves.mask_field(
                session.opened, session.stream, asked.field, mask_of(chosen, asked.field)
            ),
            masks=True,
        )

    with st.container(horizontal=True, gap="small"):
        st.button(
            "Mask" if chosen != "keep" else "Unmask", key="confirm-mask-ok", type="primary", on_click=accept
        )
        _cancel(session)


def mask_of(chosen: str, field: str) -> Json:
    """A technique as the manifest writes it. A pseudonym's domain is the field's own name."""
    mask = _MASKS[chosen][1]
    return {**mask, "domain": field.rpartition(".")[2].replace("[*]", "")} if chosen == "hmac" else mask
