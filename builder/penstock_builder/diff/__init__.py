"""What changes in meaning between two manifests: for state, schema, masking, inputs and requests, and the version to give.

How a manifest is written does not count: comments, order of keys, style, `$ref` in place of a copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from penstock.authoring import (
    Placed,
    PolicyText,
    Reading,
    dry_resources,
    read_policy,
    stand_in,
)
from penstock_builder.diff.change import KINDS, Bump, Change, Kind, ManifestDiff, Version, made
from penstock_builder.diff.inputs import known_inputs, told_inputs
from penstock_builder.diff.masking import Side, told_masks, told_policies
from penstock_builder.diff.pairing import Paired, Stream, paired, streams_of
from penstock_builder.diff.schema import Fitted, fitted, told_schema
from penstock_builder.diff.settings import Meanings
from penstock_builder.diff.settings_told import told_settings
from penstock_builder.diff.state import told_state

__all__ = ["KINDS", "Bump", "Change", "Kind", "ManifestDiff", "Version", "diff"]


def diff(
    old: Reading,
    new: Reading,
    *,
    masking_old: str | Path | None = None,
    masking_new: str | Path | None = None,
) -> ManifestDiff:
    """The changes of meaning from one manifest to another, and the version that they ask for.

    `masking_old` and `masking_new` are masking policies; without them those in the manifests' `metadata.masking` count.
    What of a manifest does not read is left out; a side that does not read at all gives no changes and its problems.
    Raises ManifestError and ConfigError for a policy that does not read.
    """
    policies = _policy(old, masking_old), _policy(new, masking_new)
    if old.tree is None or new.tree is None:
        return made((), tuple(p for side in (old, new) if side.tree is None for p in side.found))
    return made(_Compared(old.tree, new.tree, *policies).changes())


def _policy(side: Reading, given: str | Path | None) -> PolicyText | None:
    source = side.policy if given is None else given
    return read_policy(source, dry_resources({}, side.folder)) if source is not None else None


class _Compared:
    """Two manifests side by side."""

    def __init__(self, old: Placed, new: Placed, before: PolicyText | None, after: PolicyText | None) -> None:
        self._old, self._new = old, new
        self._before, self._after = before, after
        self._meanings = Meanings()
        self._columns: Fitted = {}

    def changes(self) -> Iterator[Change]:
        """Every change."""
        specs = self._old.part("spec"), self._new.part("spec")
        config = {**stand_in(known_inputs(specs[0])), **stand_in(known_inputs(specs[1]))}
        yield from told_inputs(*specs)
        yield from told_policies(self._before, self._after)
        yield from self._of_source()
        old, new = streams_of(self._old), streams_of(self._new)
        pairs = paired(old, new)
        yield from _came_and_went(pairs)
        top = _parts(old), _parts(new)
        forms = [form for one, other in pairs.both for form in _forms(one.part, other.part)]
        self._columns = fitted(forms, self._meanings)
        settings = {
            other.name: list(
                told_settings(other.name, one.part, other.part, self._meanings, top, pairs.renamed)
            )
            for one, other in pairs.both
            if one.part.type_name == other.part.type_name
        }
        for one, other in pairs.both:
            yield from self._of_stream(one, other)
            yield from settings.get(other.name, ())
            if other.name in settings:
                causes = list(_causes(other, settings))
                yield from told_state(other.name, one.part, other.part, config, pairs.renamed, causes)

    def _of_source(self) -> Iterator[Change]:
        """The settings beside the streams."""
        others = frozenset({"streams", "dynamic_streams", "spec"})
        yield from told_settings("", self._old, self._new, self._meanings, without=others)
        specs = self._old.part("spec"), self._new.part("spec")
        if specs[0] is not None and specs[1] is not None:
            written = frozenset({"connection_specification", "documentation_url"})
            for change in told_settings("", specs[0], specs[1], self._meanings, without=written):
                yield Change("inputs", "", change.what, change.old_span, change.new_span)

    def _of_stream(self, one: Stream, other: Stream) -> Iterator[Change]:
        """What a stream is, what its records look like and how they are masked."""
        if one.when != other.when:
            what = "the condition under which there is such a stream changed"
            yield Change("streams", other.name, what, one.part.span, other.part.span, "major")
        if one.part.type_name != other.part.type_name:
            what = f"{one.part.type_name} → {other.part.type_name}: what is saved and loaded may not fit"
            yield Change("streams", other.name, what, one.part.span, other.part.span, "major")
            return
        for left, right in _forms(one.part, other.part):
            yield from told_schema(other.name, left, right, self._meanings, self._columns)
            sides = Side(left, self._before), Side(right, self._after)
            yield from told_masks(one.name, other.name, *sides, self._meanings)


def _parts(streams: Mapping[str, Stream]) -> Mapping[str, Placed]:
    return {name: stream.part for name, stream in streams.items()}


def _causes(stream: Stream, settings: Mapping[str, list[Change]]) -> Iterator[Change]:
    """The changes that decide over the state of a stream: its own and those of its parents, whose partitions it has."""
    parents = [part.part("stream") for part in stream.part.find("ParentStreamConfig")]
    for name in dict.fromkeys(
        [stream.name, *(str(part.value("name")) for part in parents if part is not None)]
    ):
        yield from (change for change in settings.get(name, ()) if change.kind == "state")


def _forms(one: Placed, other: Placed) -> Iterator[tuple[Placed, Placed]]:
    """The streams that say what records look like: a stream itself, or those that another is made of."""
    fields = ("stream_template", "full_refresh_stream", "incremental_stream")
    held = [(one.part(name), other.part(name)) for name in fields]
    inner = [(left, right) for left, right in held if left is not None and right is not None]
    if not inner:
        yield one, other
    for left, right in inner:
        yield from _forms(left, right)


def _came_and_went(pairs: Paired) -> Iterator[Change]:
    for stream in pairs.gone:
        what = "the stream is gone; what was loaded stays and is not updated"
        yield Change("streams", stream.name, what, stream.part.span, None, "major")
    for stream in pairs.new:
        yield Change("streams", stream.name, "a new stream", None, stream.part.span, "minor")
    for one, other in pairs.both:
        if one.name != other.name:
            what = (
                f"renamed from `{one.name}` (a guess: most of it is the same); its state RESETS, for state is saved by"
                " name, and its records go into a new table"
            )
            yield Change("streams", other.name, what, one.part.span, other.part.span, "major")
