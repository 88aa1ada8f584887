"""A diff as people and programs read it: lines, Markdown for a pull request, JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping

from penstock.authoring import Span
from penstock_builder.diff.change import Bump, Change, ManifestDiff

_MARKS: Mapping[Bump, str] = {"none": " ", "patch": "·", "minor": "+", "major": "!"}
_SAME = "same meaning\n"


def as_text(found: ManifestDiff) -> str:
    """Lines, grouped by stream; what is unmasked stands first. `!` is breaking, `+` an addition, `·` any other change."""
    if not found.changes:
        return _SAME
    parts = []
    for group, changes in _groups(found).items():
        parts.append(f"{group}\n")
        for change in changes:
            places = f"{change.old_span or 'nowhere'} → {change.new_span or 'nowhere'}"
            parts.append(f"  {_MARKS[change.bump]} {change.kind}: {change.what}\n      {places}\n")
    parts.append(f"version: {found.version.bump}\n")
    parts += [f"  because of {reason}\n" for reason in found.version.reasons]
    return "".join(parts)


def as_markdown(found: ManifestDiff) -> str:
    """Sections with lists, for a comment on a pull request."""
    if not found.changes:
        return "**Same meaning.**\n"
    parts = [f"**Version: {found.version.bump}**\n"]
    for group, changes in _groups(found).items():
        parts.append(f"\n### {_escaped(group)}\n\n")
        for change in changes:
            mark = " **breaking:**" if change.breaking else ""
            places = " → ".join(
                f"`{span}`" for span in (change.old_span, change.new_span) if span is not None
            )
            parts.append(f"- {change.kind}:{mark} {_escaped(change.what)} ({places})\n")
    return "".join(parts)


def as_json(found: ManifestDiff) -> str:
    """One object: the changes, and the version with its reasons."""
    told = {
        "changes": [_object(change) for change in found.changes],
        "breaking": found.breaking,
        "version": {"bump": found.version.bump, "reasons": list(found.version.reasons)},
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _groups(found: ManifestDiff) -> Mapping[str, list[Change]]:
    groups: dict[str, list[Change]] = {}
    for change in found.changes:
        named = f"stream {change.stream}" if change.stream else "the whole connector"
        groups.setdefault("UNMASKED FIELDS" if change.rank == 0 else named, []).append(_named(change))
    return groups


def _named(change: Change) -> Change:
    """A change that stands apart from its stream, with the stream's name."""
    if change.rank or not change.stream:
        return change
    return Change(
        change.kind,
        change.stream,
        f"stream {change.stream}: {change.what}",
        change.old_span,
        change.new_span,
        change.bump,
        change.rank,
    )


def _object(change: Change) -> Mapping[str, object]:
    return {
        "kind": change.kind,
        "stream": change.stream,
        "what": change.what,
        "breaking": change.breaking,
        "bump": change.bump,
        "old": _place(change.old_span),
        "new": _place(change.new_span),
    }


def _place(span: Span | None) -> Mapping[str, object] | None:
    return {"file": span.file, "line": span.line, "column": span.col} if span is not None else None


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is; what stands in backquotes stays so."""
    return text.replace("<", "&lt;").replace("\n", " ")
