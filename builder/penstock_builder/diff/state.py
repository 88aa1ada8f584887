"""What becomes of the saved state of a stream: asked of the runtime, which opens a sample of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from penstock.authoring import Json, Outcome, Placed, Span, dry_resources, state_outcome
from penstock_builder.diff.change import Bump, Change
from penstock_builder.lint import facts

_TOLD: Mapping[Outcome, tuple[str, Bump]] = {
    "nothing saved": ("no state is lost: the old version kept none", "minor"),
    "goes on": ("a saved state goes on where it ended", "patch"),
    "new ones late": (
        "a saved state goes on; partitions that are new begin at the furthest position, so that what is older in them "
        "is not read",
        "minor",
    ),
    "goes on together": (
        "the saved positions of partitions are LOST, for none has its name any more: all go on from the furthest one, "
        "so that what came late into others is missed",
        "major",
    ),
    "resets": ("the state RESETS: everything is read again", "major"),
    "resets in part": ("the state RESETS for some partitions, which are read again", "major"),
    "read wrongly": (
        "a saved state is READ WRONGLY: its position is taken for another one, so that records are missed or read "
        "again; start without the state",
        "major",
    ),
    "refused": (
        "a saved state is REFUSED: a run ends with an error until it is started without the state",
        "major",
    ),
    "not told": (
        "whether a saved state goes on cannot be told from the manifests: try it before you release",
        "major",
    ),
}


def told_state(
    stream: str,
    old: Placed,
    new: Placed,
    config: Mapping[str, Json],
    renamed: Mapping[str, str],
    causes: list[Change],
) -> Iterator[Change]:
    """What becomes of a state of the old stream in the new one; nothing where no setting that decides has changed.

    `causes` are the changes of such settings.
    """
    if not causes:
        return
    span = _span(old), _span(new)
    before, after = (side.part("stream_template") or side for side in (old, new))
    if before.type_name != "DeclarativeStream" or after.type_name != "DeclarativeStream":
        outcome: Outcome = "not told"
    else:
        outcome = state_outcome(before.node, after.node, dry_resources(config, Path()), renamed)
    what, bump = _TOLD[outcome]
    why = "; ".join(dict.fromkeys(change.what for change in causes))
    yield Change("state", stream, f"{what} ({why})" if bump == "major" else what, *span, bump)


def _span(stream: Placed) -> Span:
    """Where the cursor is written; the stream where it has none."""
    cursor = facts.cursor(stream)
    return cursor.span if cursor is not None else stream.span
