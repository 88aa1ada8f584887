"""Every field of every stream: what it holds, what masks it, and what leaves of it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from penstock.authoring import GONE, ConfigError, FieldView, Json, counted
from penstock_builder.masking import Grid, filtered
from penstock_builder.testing.sample_all import SHORT, SampleAll
from penstock_ui.masks import show_bulk
from penstock_ui.policy import known_fields, show_missing_keys, show_policy
from penstock_ui.problems import show_error, show_unreadable
from penstock_ui.screens import coded, literal
from penstock_ui.session import Session

TITLE = "Masking"
ICON = ":material/lock:"
ORDER = 30

_RED = "not masked"
_PUBLIC = "nothing personal"
_LONGEST = 60
_WITHOUT_DOWNLOAD = "<style>.st-key-masking-grid [data-testid='stElementToolbar'] {display: none;}</style>"


def show(session: Session) -> None:
    """Draw the grid, its filters, and what can be done with the fields that are chosen."""
    st.title("Masking", anchor=False)
    if session.reading.tree is None:
        show_unreadable(session)
        return
    found = known_fields(session)
    if not found.fields:
        st.info(
            "No field is known yet. Sample the streams, or declare their schemas.", icon=":material/lock:"
        )
        _tools(session, found)
        return
    clear = _tools(session, found)
    shown = _filtered(found)
    with st.container():
        show_missing_keys(session, found)
    with st.container():
        chosen = _table(session, shown, clear=clear)
    show_bulk(session, shown, chosen)
    show_policy(session, found)


def _summary(found: Grid) -> str:
    total = len(found.fields)
    parts = [f"**{found.decided:,} of {counted(total, 'field')} decided**"]
    if found.exposed:
        looks = "looks personal and leaves" if found.exposed == 1 else "look personal and leave"
        parts.append(f":red[{found.exposed:,} {looks} as {'it is' if found.exposed == 1 else 'they are'}]")
    if found.policy:
        parts.append(f"under {coded(found.policy)}")
    return " · ".join(parts)


def _tools(session: Session, found: Grid) -> bool:
    """The summary and the buttons above the grid; tells whether clear values are shown."""
    running: SampleAll | None = session.kept.get("sample all")
    runs = running is not None and not running.is_over
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_summary(found) if found.fields else "", width="stretch")
        if runs and running is not None:
            st.button("Cancel", key="sample-all-cancel", icon=":material/stop:", on_click=running.cancel)
        else:
            st.button(
                "Sample all streams",
                key="sample-all",
                icon=":material/play_arrow:",
                on_click=_sample_all,
                args=(session,),
                disabled=not session.streams,
                help=f"At most {SHORT.records} records of each stream, one after the other.",
            )
        clear = st.toggle(
            "Show clear values on this screen",
            key="masking-clear",
            help="The column Before shows a value of each field as the API sent it. Downloads do not hold it, and it is "
            "off again when you come back.",
        )
    with st.container():
        if runs and running is not None:
            _progress(running)
        elif running is not None and running.problem is not None:
            show_error(running.problem)
        for note in [note for note in found.notes if "masking key" not in note][:3]:
            st.caption(literal(note))
    return bool(clear)


@st.fragment(run_every=0.4)
def _progress(running: SampleAll) -> None:
    if running.is_over:
        st.rerun()
    number = min(running.done + 1, len(running.streams))
    st.progress(
        running.done / len(running.streams),
        f"Reading {coded(running.reading)}, stream {number} of {len(running.streams)}",
    )


def _sample_all(session: Session) -> None:
    assert session.values is not None
    if missing := session.values.missing():
        session.problem = ConfigError(f"no value is set for {', '.join(missing)}", hint="set it in Inputs")
        return
    session.kept["sample all"] = SampleAll(session.streams, session.sampler(limits=SHORT)).start()


def _filtered(found: Grid) -> list[FieldView]:
    streams = list(dict.fromkeys(field.stream for field in found.fields))
    classes = sorted({field.class_name for field in found.fields})
    first, second, third, fourth = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
    words = first.text_input("Find", key="masking-find", placeholder="a part of a field, class or mask")
    asked = second.multiselect("Streams", streams, key="masking-streams", placeholder="all")
    of_class = third.multiselect(
        "Classes", classes, key="masking-classes", placeholder="all", format_func=_words
    )
    unmasked = fourth.toggle("Unmasked only", key="masking-unmasked")
    return filtered(found.fields, streams=asked, classes=of_class, unmasked=unmasked, words=words)


def _table(session: Session, shown: Sequence[FieldView], *, clear: bool) -> list[FieldView]:
    """The grid; gives the fields whose rows are chosen."""
    if not shown:
        st.info("No field fits the filter.")
        return []
    masks = list(dict.fromkeys(_masked_by(field) for field in shown))
    colors = ["red" if mask == _RED else "gray" if mask == _PUBLIC else "primary" for mask in masks]
    if clear:
        st.html(_WITHOUT_DOWNLOAD)
        st.warning("Clear values are on this screen.", icon=":material/visibility:")
    with st.container(key="masking-grid"):
        state = st.dataframe(
            [_row(field, clear=clear) for field in shown],
            hide_index=True,
            width="stretch",
            height=min(36 * len(shown) + 40, 360),
            key=session.key(f"masking:{hash(tuple((f.stream, f.path) for f in shown))}"),
            on_select="rerun",
            selection_mode="multi-row",
            column_config={
                "Stream": st.column_config.TextColumn(width=95),
                "Field": st.column_config.TextColumn(width=150),
                "Type": st.column_config.TextColumn(width=65),
                "Class": st.column_config.TextColumn(width=95),
                "Sure": st.column_config.TextColumn(width=55, help="How sure the guess of the class is"),
                "Masked by": st.column_config.MultiselectColumn(options=masks, color=colors, width=130),
                "Before": st.column_config.TextColumn(width=280),
                "After": st.column_config.TextColumn(width=110),
            },
            alt="Every field, its class, what masks it, and a value before and after",
        )
    return [shown[row] for row in state.selection.rows if row < len(shown)]


def _row(field: FieldView, *, clear: bool) -> dict[str, Json]:
    return {
        "Stream": field.stream,
        "Field": field.path,
        "Type": " or ".join(field.types) or "any",
        "Class": _words(field.class_name),
        "Sure": "said" if field.is_told else f"{field.confidence:.0%}",
        "Masked by": [_masked_by(field)],
        "Before": _told(field.clear) if clear else field.shape,
        "After": _after(field, clear=clear),
        "Why": _why(field),
    }


def _why(field: FieldView) -> str:
    """The rule that decides, else what speaks for the class."""
    return (f"{field.by}: {field.where}" if field.by else field.why).replace("`", "")


def _masked_by(field: FieldView) -> str:
    if field.by:
        return field.technique if field.by == "manifest" else f"{field.technique} ({field.by})"
    if field.looks_personal:
        return _RED
    if field.otherwise not in ("", "keep"):
        return f"{field.otherwise} (policy)"
    return _PUBLIC if field.is_decided else "not decided"


def _after(field: FieldView, *, clear: bool) -> str:
    """What leaves. Where nothing masks it that is the clear value, which is shown only where those are asked for."""
    if field.clear is GONE:
        return ""
    if field.after is GONE:
        return "nothing leaves"
    return _told(field.after) if field.is_masked or clear else "as it is"


def _told(value: Json) -> str:
    if value is GONE:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _words(name: str) -> str:
    return name.replace("_", " ")
