"""What a diff gives: changes, each with its weight, and the version that they ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from penstock.authoring import Diagnostic, Span

Kind = Literal["masking", "streams", "state", "schema", "inputs", "records", "requests", "run"]
"""What a change is one of, the kinds that matter most first."""

KINDS: tuple[Kind, ...] = ("masking", "streams", "state", "schema", "inputs", "records", "requests", "run")

Bump = Literal["none", "patch", "minor", "major"]
_WEIGHTS: tuple[Bump, ...] = ("patch", "minor", "major")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of meaning.

    `stream` is empty where it concerns the whole connector. `what` is a sentence without its full stop, and never holds
    what may be a secret. `old_span` is None for what is new, `new_span` for what is gone. `rank` orders changes of one
    kind: what is unmasked comes before all else.
    """

    kind: Kind
    stream: str
    what: str
    old_span: Span | None
    new_span: Span | None
    bump: Bump = "patch"
    rank: int = 1

    @property
    def breaking(self) -> bool:
        """Whether those who run the old version have to act."""
        return self.bump == "major"


@dataclass(frozen=True, slots=True)
class Version:
    """The part of the connector's version that goes up (semver.org), and the changes that make it so."""

    bump: Bump
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ManifestDiff:
    """What is different in meaning. `unread` are the problems of a side that could not be compared."""

    changes: tuple[Change, ...]
    version: Version
    unread: tuple[Diagnostic, ...] = ()

    @property
    def breaking(self) -> bool:
        """Whether any change is."""
        return self.version.bump == "major"


def made(changes: Iterable[Change], unread: tuple[Diagnostic, ...] = ()) -> ManifestDiff:
    """The diff of some changes: each once, by stream, the weightiest kinds first."""
    once = _together(dict.fromkeys(changes))
    order = sorted(once, key=lambda c: (c.rank, c.stream != "", c.stream, KINDS.index(c.kind)))
    bumps = {change.bump for change in order}
    bump: Bump = "none"
    for weight in _WEIGHTS:
        bump = weight if weight in bumps else bump
    reasons = dict.fromkeys(
        f"{change.stream}: {change.what}" if change.stream else change.what
        for change in order
        if change.bump == bump
    )
    return ManifestDiff(tuple(order), Version(bump, tuple(reasons)), unread)


def _together(changes: Iterable[Change]) -> list[Change]:
    """One change in place of those that are the same for several streams, as what a `$ref` shares is."""
    groups: dict[object, list[Change]] = {}
    for change in changes:
        groups.setdefault((change.kind, change.what, change.old_span, change.new_span), []).append(change)
    found = []
    for same in groups.values():
        if len(same) == 1 or same[0].rank == 0:
            found += same
            continue
        names = ", ".join(f"`{change.stream}`" for change in same)
        found.append(replace(same[0], stream="", what=f"{same[0].what} (streams {names})"))
    return found
