"""A tree of a JSON value, whose nodes take actions."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal

import streamlit as st

from penstock_ui.components.shipped import is_plain, show

Json = Any
Path = tuple[str | int, ...]
"""Keys and indices from the whole value, `()`, to a node."""

_MOST_PATHS = 500
"""How many nodes the plain form offers."""


@dataclass(frozen=True, slots=True)
class TreeAction:
    """What can be done with a node. `on` tells with which: any, lists, or the fields of records.

    A field is a key of an object inside a list, or a plain value of the outermost object.
    """

    name: str
    label: str
    on: Literal["any", "list", "field"] = "any"

    def fits(self, path: Path, value: Json) -> bool:
        """Whether it is offered at a node."""
        if self.on == "any":
            return True
        if self.on == "list":
            return isinstance(value, list)
        in_record = bool(path) and isinstance(path[-1], str) and any(isinstance(p, int) for p in path[:-1])
        return in_record or (len(path) == 1 and not isinstance(value, list | dict))


@dataclass(frozen=True, slots=True)
class TreeEvent:
    """The action that was chosen, by its name, and the path of the node."""

    action: str
    path: list[str | int]


def json_tree(
    value: Json,
    *,
    key: str,
    actions: Sequence[TreeAction] = (),
    marks: Mapping[Path, str] | None = None,
    masked: Collection[Path] = (),
    height: int = 480,
    label: str = "JSON",
) -> TreeEvent | None:
    """Show a JSON value; gives each event once.

    The value is shown as it is: mask it first. Nodes of `masked`, and texts that hold `****`, have a lock; `marks` are
    labels behind nodes. `height` is in pixels, and the most.
    """
    if is_plain():
        return _plain(value, key, actions, marks or {}, masked)
    event = show(
        "json_tree",
        key,
        {
            "name": key,
            "json": _text(value),
            "actions": [asdict(action) for action in actions],
            "marks": [[list(path), mark] for path, mark in (marks or {}).items()],
            "masked": [list(path) for path in masked],
            "height": height,
            "label": label,
        },
    )
    return TreeEvent(**event) if event else None


def _text(value: Json) -> str:
    """JSON text. What JSON has no word for (NaN, Infinity) becomes a text."""
    try:
        return json.dumps(value, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(value, default=str), parse_constant=str))


def _plain(
    value: Json, key: str, actions: Sequence[TreeAction], marks: Mapping[Path, str], masked: Collection[Path]
) -> TreeEvent | None:
    """The value, a list of its paths, and a button for each action."""
    st.json(json.loads(_text(value)), expanded=2)
    nodes = {json.dumps(path): (path, node) for path, node in islice(_nodes((), value), _MOST_PATHS)}

    def told(name: str) -> str:
        path, _ = nodes[name]
        notes = [note for note in (marks.get(path, ""), "masked" if path in masked else "") if note]
        return ".".join(map(str, path)) + (f" ({', '.join(notes)})" if notes else "") or "(the whole answer)"

    path, node = nodes[st.selectbox("Path", list(nodes), format_func=told, key=f"{key}-path")]
    offered = [action for action in actions if action.fits(path, node)]
    with st.container(horizontal=True):
        pressed = [a for a in offered if st.button(a.label, key=f"{key}-{a.name}")]
    return TreeEvent(pressed[0].name, list(path)) if pressed else None


def _nodes(path: Path, value: Json) -> Iterator[tuple[Path, Json]]:
    yield path, value
    parts: Iterator[tuple[str | int, Json]] = iter(())
    if isinstance(value, Mapping):
        parts = iter(value.items())
    elif isinstance(value, list):
        parts = iter(enumerate(value))
    for part, child in parts:
        yield from _nodes((*path, part), child)
