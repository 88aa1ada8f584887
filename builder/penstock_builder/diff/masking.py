"""Which fields were masked and are not, which are now, and whose values are others than those that are loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from penstock.authoring import (
    Json,
    Masks,
    PenstockError,
    Placed,
    PolicyText,
    Span,
    dry_resources,
    mask_rules,
    plain,
)
from penstock_builder.diff.change import Change
from penstock_builder.diff.schema import schema_of
from penstock_builder.diff.settings import Meanings
from penstock_builder.lint import facts

_FIRST = 0


@dataclass(frozen=True, slots=True)
class Side:
    """A stream of one side, and the policy that its runs obey."""

    part: Placed
    policy: PolicyText | None

    @property
    def rules(self) -> list[Placed]:
        """The MaskFields, in order."""
        return [part for part in self.part.parts_in("transformations") if part.type_name == "MaskFields"]

    def span(self, path: str) -> Span:
        """Where the mask of a field is written; where it would be, for one that has none."""
        node = facts.mask_of(self.part, tuple(path.replace("[*]", "").split(".")))
        if node is not None:
            return node.span
        if self.policy is not None:
            return self.policy.root.span
        transformations = self.part.get("transformations")
        return transformations.span if transformations is not None else self.part.span


def told_masks(stream: str, name: str, old: Side, new: Side, meanings: Meanings) -> Iterator[Change]:
    """The masks of a stream that changed; `name` is that of the new one."""
    has_policy = old.policy is not None or new.policy is not None
    same_policy = old.policy is new.policy or (old.policy is not None and old.policy.same_as(new.policy))
    own = [[meanings.of(part) for part in side.rules] for side in (old, new)]
    before, after = schema_of(old.part), schema_of(new.part)
    if own[0] == own[1] and same_policy and (not has_policy or before == after):
        return
    try:
        left, right = _masks(stream, old, before), _masks(name, new, after)
    except PenstockError as error:
        what = f"the masks cannot be compared: {error.message}"
        yield Change("masking", stream, what, old.part.span, new.part.span, "major", _FIRST)
        return
    yield from _compared(stream, old, new, left, right)
    yield from _of_the_rest(stream, name, old, new)


def _masks(stream: str, side: Side, schema: Json) -> Masks:
    using = dry_resources({}, Path())
    own = mask_rules([part.node for part in side.rules], using, stream)
    return Masks(stream, own, schema, side.policy.policy if side.policy else None)


def _compared(stream: str, old: Side, new: Side, left: Masks, right: Masks) -> Iterator[Change]:
    keys = set(_key_names(old.part)) | set(_key_names(new.part))
    for told, path in dict([*left.places(), *right.places()]).items():
        was, now = left.at(path), right.at(path)
        spans = old.span(told), new.span(told)
        if was is not None and now is None:
            what = f"UNMASKED: `{told}` was masked ({was.technique.name}) and now leaves in clear"
            yield Change("masking", stream, what, *spans, "major", _FIRST)
        elif now is not None and was is None:
            what = f"`{told}` is masked now ({now.technique.name}): its values no longer join with those loaded in clear"
            yield Change("masking", stream, what, *spans, "major" if told in keys else "minor")
        elif was is not None and now is not None and not was.gives_same(now):
            how = (
                f"{was.technique.name} → {now.technique.name}"
                if was.technique.name != now.technique.name
                else f"{now.technique.name} with other settings or another key"
            )
            what = (
                f"`{told}` is masked otherwise ({how}): its values no longer join with those that are loaded"
            )
            yield Change("masking", stream, what, *spans, "major" if told in keys else "minor")
    for pattern in sorted(left.patterns() - right.patterns()):
        what = f"UNMASKED: the path `{pattern}` is no longer masked; fields at any depth may leave in clear"
        yield Change("masking", stream, what, old.span(pattern), new.span(pattern), "major", _FIRST)
    for pattern in sorted(right.patterns() - left.patterns()):
        what = f"the path `{pattern}` is masked now, at any depth"
        yield Change("masking", stream, what, old.span(pattern), new.span(pattern), "minor")


def _key_names(stream: Placed) -> Iterator[str]:
    """The fields by which rows are told apart and ordered."""
    for node in facts.primary_keys(stream):
        yield str(node.value)
    cursor = facts.cursor_field(stream)
    if cursor is not None:
        yield str(cursor.value)


def _of_the_rest(stream: str, name: str, old: Side, new: Side) -> Iterator[Change]:
    """What becomes of fields that no rule covers."""
    was, now = _unclassified(stream, old), _unclassified(name, new)
    spans = old.span(""), new.span("")
    if now == "keep" and was != "keep":
        what = f"UNMASKED: fields that no rule covers were held back (`unclassified: {was}`) and now leave in clear"
        yield Change("masking", stream, what, *spans, "major", _FIRST)
    elif was != now:
        what = f"fields that no rule covers: `{was}` → `{now}`"
        yield Change("masking", stream, what, *spans, "minor")


def _unclassified(stream: str, side: Side) -> str:
    return side.policy.policy.unclassified_in(stream) if side.policy else "keep"


def told_policies(old: PolicyText | None, new: PolicyText | None) -> Iterator[Change]:
    """What two policies say of all streams, other than rules for fields."""
    if old is None and new is None:
        return
    spans = (old.root.span if old else None), (new.root.span if new else None)
    if old is None or new is None:
        word = "there is a masking policy now" if new else "UNMASKED: there is no masking policy any more"
        yield Change("masking", "", word, *spans, *(("minor", 1) if new else ("major", _FIRST)))
        return
    for gone in sorted(_detectors(old) - _detectors(new)):
        what = f"UNMASKED: what a detector takes for `{gone}` is no longer masked where no rule covers it"
        yield Change("masking", "", what, *spans, "major", _FIRST)
    for found in sorted(_detectors(new) - _detectors(old)):
        yield Change("masking", "", f"what a detector takes for `{found}` is masked now", *spans, "minor")
    for lost in sorted(old.policy.floor - new.policy.floor):
        what = f"the floor no longer holds `{lost}`: a rule may let it out in clear"
        yield Change("masking", "", what, *spans, "major", _FIRST)
    for key in ("floor", "on_error", "state", "quarantine", "report"):
        left, right = old.root.get(key), new.root.get(key)
        if (plain(left) if left else None) != (plain(right) if right else None):
            yield Change("masking", "", f"the policy's `{key}` changed", *spans)


def _detectors(policy: PolicyText) -> set[str]:
    return {known.detector for known in policy.policy.classes.values() if known.detector}
