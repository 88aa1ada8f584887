"""What is different in meaning between two texts of a manifest, and the version that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from penstock.authoring import PenstockError, read_text
from penstock_builder.diff import Change, ManifestDiff, diff
from penstock_ui.problems import show_diagnostics, show_error
from penstock_ui.screens import coded, literal, marked
from penstock_ui.session import Session

_VERSIONS: Mapping[str, str] = {
    "none": ":gray-badge[same version]",
    "patch": ":blue-badge[patch version]",
    "minor": ":green-badge[minor version]",
    "major": ":red-badge[major version]",
}
_SHOWN = 5


def show_difference(before: str, after: str, path: Path, most: int | None = None) -> None:
    """The changes of meaning, those that break something first marked; the first few, where `most` is given."""
    try:
        found = difference(before, after, path)
    except PenstockError as error:
        show_error(error)
        return
    if found.unread:
        st.caption("One of the two does not read, so their meaning cannot be compared.")
        show_diagnostics(found.unread)
        return
    if not found.changes:
        st.markdown(f"{_VERSIONS['none']} The meaning is the same.")
        return
    st.markdown(f"{_VERSIONS[found.version.bump]} is what these changes ask for.")
    st.markdown("\n".join(_line(change) for change in found.changes[:most]))
    if most is not None and len(found.changes) > most:
        st.caption(f"and {len(found.changes) - most} more; History shows all")


def show_step(session: Session) -> None:
    """What the undo or redo that was just made changed."""
    stepped = session.stepped
    if stepped is None:
        return
    with st.container(border=True, key="stepped"):
        way = "Taken back" if stepped.way == "undo" else "Done again"
        st.markdown(f"**{way}:** {literal(stepped.note) or 'a change'}")
        show_difference(stepped.before, stepped.after, session.opened.path, _SHOWN)


@st.cache_data(max_entries=30, show_spinner=False)
def difference(before: str, after: str, path: Path) -> ManifestDiff:
    """The changes of meaning from one text to another. Raises PenstockError for a policy that does not read."""
    name, folder = path.name, path.parent
    return diff(read_text(before, name, folder), read_text(after, name, folder))


def _line(change: Change) -> str:
    where = f"{coded(change.stream)} " if change.stream else ""
    told = f":red[{marked(change.what)}]" if change.breaking or change.rank == 0 else marked(change.what)
    return f"- {where}{change.kind}: {told}"
