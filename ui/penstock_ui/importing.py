"""What an importer found: shown with how sure each guess is, and taken into a new connector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from penstock.authoring import PenstockError, SampleLimits, counted
from penstock_builder.beginning import begin, find_records, only, proposed_name
from penstock_builder.importers import Written, read
from penstock_builder.importers.making.imported import Imported
from penstock_builder.importers.making.manifest import write
from penstock_ui.evidence.retest import test_live
from penstock_ui.screens import coded, literal
from penstock_ui.session import Session

_FIRST_ANSWER_SECONDS = 6.0
_SURE, _LIKELY = 0.8, 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """What a text in some form holds; `imported` is None where there is nothing to choose from."""

    written: Written
    imported: Imported | None = None

    @property
    def name(self) -> str:
        """A name for the connector: after the host of its first stream."""
        urls = [o.base_url for o in self.imported.operations] if self.imported is not None else []
        return proposed_name(urlsplit(next(iter(urls), "")).hostname or "")


def found_in(form: str, text: str) -> Found:
    """What is found in a text. Raises ConfigError where it is not in that form, or gives no stream."""
    imported = read(form, text)
    return Found(write(imported), imported)


def show_found(session: Session, found: Found) -> None:
    """Let choose streams and a name, then begin the connector."""
    written = found.written
    count = len(written.origins)
    st.title(f"{counted(count, 'stream')} found", anchor=False)
    for note in written.notes:
        st.caption(literal(note))
    name_at, take_at, back_at = st.columns([3, 2, 2], vertical_alignment="bottom")
    name = name_at.text_input(
        "Name of the connector", found.name, key="import-name", help="Its folder has this name."
    )
    chosen = list(written.origins) if count == 1 else _chosen(written)
    if take_at.button(
        "Create and read the first stream" if count > 1 else "Create and read it",
        key="import-take",
        type="primary",
        disabled=not chosen,
        width="stretch",
        shortcut="Ctrl+Enter",
    ):
        take(session, found, name, chosen)
        st.rerun()
    back_at.button("Back", key="import-back", on_click=lambda: session.kept.pop("found", None))
    if count == 1:
        _guesses(written, chosen[0])
    if written.secrets:
        told = ", ".join(map(coded, written.secrets))
        st.caption(f"Credentials found: {told}. They stay in memory, and are not in the manifest.")
    if written.left_out:
        with st.expander(f"{counted(len(written.left_out), 'request')} left out"):
            st.dataframe(
                [{"Request": each.origin, "Why": each.why} for each in written.left_out], hide_index=True
            )


def _chosen(written: Written) -> list[str]:
    names = list(written.origins)
    st.multiselect("Streams to take", names, names, key="import-streams")
    chosen: list[str] = st.session_state["import-streams"]
    looked_at = st.selectbox("What was guessed of", chosen or names, key="import-look")
    st.caption(literal(written.origins[looked_at]))
    _guesses(written, looked_at)
    return [name for name in names if name in chosen]


def _guesses(written: Written, stream: str) -> None:
    guesses = [guess for guess in written.guesses if guess.stream == stream]
    if not guesses:
        st.caption("Nothing had to be guessed.")
        return
    st.dataframe(
        [
            {
                "Part": guess.what,
                "Sure": f"{guess.confidence:.0%}",
                "": "sure" if guess.confidence >= _SURE else "likely" if guess.confidence >= _LIKELY else "check it",
                "Why": guess.evidence,
            }
            for guess in guesses
        ],
        hide_index=True,
        column_config={"Part": st.column_config.TextColumn(width="small"), "Sure": st.column_config.TextColumn(width="small")},
    )  # fmt: skip


def take(session: Session, found: Found, name: str, streams: Sequence[str]) -> None:
    """Begin the connector and read its first stream; what keeps it from that is shown at the top."""
    session.problem = None
    try:
        written = (
            only(found.imported, found.written, streams) if found.imported is not None else found.written
        )
        draft = begin(session.folder, name, written.text)
    except PenstockError as error:
        session.problem = error
        return
    if not session.open(draft.path):
        return
    assert session.values is not None
    session.redactor.add(*written.secrets.values())
    session.values.update(written.secrets)
    if session.values.missing():
        st.query_params.from_dict({"manifest": session.address_of(draft.path), "view": "inputs"})
        return
    _read_first(session)


def _read_first(session: Session) -> None:
    """Read the first stream. Where its records are is looked up in a first answer, if no importer could know it."""
    stream = session.stream
    with st.spinner("Reading the first page …"):
        read = session.test(stream, limits=SampleLimits(slices=1, pages=1))
        if read is None:
            return
        sample = read.wait(_FIRST_ANSWER_SECONDS)
    if session.change(lambda: session.kept.update(guess=find_records(session.opened, stream, sample))) and (
        session.kept["guess"] is not None or sample.error is None
    ):
        test_live(session)
