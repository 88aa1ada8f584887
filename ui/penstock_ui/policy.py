"""The masking policy beside a manifest: whether there is one, a first draft of it, and the keys that it needs."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import streamlit as st

from penstock.authoring import POLICY_FILE, ConfigError, Json, PenstockError, policy_beside
from penstock_builder.masking import Grid, grid, make_key, policy_text, write_policy
from penstock_ui.problems import show_error
from penstock_ui.screens import coded, literal
from penstock_ui.session import Session


@dataclass
class _Drafting:
    """A policy that is being drafted in a thread."""

    is_over: bool = False
    notes: tuple[str, ...] = ()
    error: PenstockError | None = None


def known_fields(session: Session) -> Grid:
    """The fields of the streams, looked at once for a revision, its policy and what was read.

    Raises PenstockError where manifest or policy cannot be read.
    """
    reads = {name: read for name, read in session.reads.items() if read.snapshot().records}
    of_reads = [(stream, read.number, len(read.sampling.clear)) for stream, read in reads.items()]
    keys = session.kept.get("masking keys", 0)
    path = session.opened.path
    ground = session.opened.revision, policy_beside(path), policy_text(path), of_reads, keys
    kept = session.kept.get("fields")
    if kept is not None and kept[0] == ground:
        found: Grid = kept[1]
        return found
    made = grid(session.opened, {stream: read.sampling.clear for stream, read in reads.items()})
    session.kept["fields"] = ground, made
    return made


def show_missing_keys(session: Session, found: Grid) -> None:
    """Which masking keys are not set: how to set them for good, and one for this session."""
    missing = found.missing_keys
    if not missing:
        return
    with st.container(border=True):
        st.markdown(
            f"**The masking key {coded(missing[0])} is not set.** The column After shows what another key would make, and "
            "test reads of these streams fail. Set it before you start the builder:"
        )
        st.code(f'export {missing[0]}="$(openssl rand -base64 32)"', language="bash")
        st.button(
            "Use a key of this session",
            key="masking-key",
            icon=":material/key:",
            on_click=_use_key,
            args=(session, missing),
            help="A random one, kept in memory alone. Pseudonyms will be others in the next session.",
        )


def _use_key(session: Session, names: list[str]) -> None:
    for name in names:
        make_key(name)
    session.kept["masking keys"] = session.kept.get("masking keys", 0) + 1


def show_policy(session: Session, found: Grid) -> None:
    """The policy in force, or how to get one."""
    drafting: _Drafting | None = session.kept.get("drafting")
    file = policy_beside(session.opened.path)
    with st.expander("Policy", expanded=bool(drafting) or file is not None, icon=":material/policy:"):
        if drafting is not None and not drafting.is_over:
            _wait(drafting)
            return
        if drafting is not None and drafting.error is not None:
            show_error(drafting.error)
        for note in drafting.notes if drafting is not None else ():
            st.caption(literal(note))
        if file is None:
            _offer(session, found)
            return
        st.markdown(
            f"`{file.name}` beside the manifest is in force here and in test reads; in a run it is given with "
            f"`--masking {file.name}`. Its classes are guesses until you read them."
        )
        st.code(policy_text(session.opened.path) or "", language="yaml", height=320)


def _offer(session: Session, found: Grid) -> None:
    if found.policy:
        st.markdown(f"The policy under {coded(found.policy)} of the manifest is in force.")
        return
    st.markdown(
        "A policy says what becomes of each class of data, of every stream, without an edit of the manifest; a field that "
        "it does not name stops its stream."
    )
    st.button(
        "Draft a policy",
        key="policy-draft",
        icon=":material/policy:",
        on_click=_draft,
        args=(session,),
        help=f"Reads the first records of each stream, and writes {POLICY_FILE} beside the manifest.",
    )


def _draft(session: Session) -> None:
    assert session.values is not None
    state = session.kept["drafting"] = _Drafting()
    config: Json = None
    try:
        if not session.values.missing():
            config = session.values.config()
    except PenstockError as error:
        state.error, state.is_over = error, True
        return
    draft, redactor = session.opened, session.redactor

    def run() -> None:
        try:
            state.notes = write_policy(draft, config, redactor)
        except PenstockError as error:
            state.error = error
        except Exception:  # noqa: BLE001 - whatever fails could hold data
            state.error = ConfigError("the policy could not be drafted")
        state.is_over = True

    threading.Thread(target=run, name="penstock-draft-policy", daemon=True).start()


@st.fragment(run_every=0.4)
def _wait(drafting: _Drafting) -> None:
    if drafting.is_over:
        st.rerun()
    st.info("Reading the first records of each stream …", icon=":material/hourglass_top:")
