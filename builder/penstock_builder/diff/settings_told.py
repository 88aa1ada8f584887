"""Differences of settings as changes: of what kind each is, and in what words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from penstock.authoring import Placed
from penstock_builder.diff.change import Bump, Change, Kind
from penstock_builder.diff.settings import Difference, Meanings, differences
from penstock_builder.diff.shown import shown
from penstock_builder.lint import facts

Tops = tuple[Mapping[str, Placed], Mapping[str, Placed]]
"""The streams of the old and of the new manifest, by name."""

_STATE_FIELDS = frozenset(
    {
        "cursor_field",
        "datetime_format",
        "cursor_datetime_formats",
        "cursor_granularity",
        "global_substream_cursor",
    }
)
"""Fields of cursors that decide how state is written and read."""

_RENAMING = frozenset(
    {
        "KeysToLower", "KeysToSnakeCase", "KeysReplace", "KeyTransformation", "FlattenFields", "DpathFlattenFields",
    }
)  # fmt: skip
"""Transformations that change the names of fields."""

_KINDS: Mapping[str, Kind] = {
    "partition_router": "state",
    "parent": "state",
    "state_migration": "state",
    "mask": "masking",
    "transformation": "records",
    "record_filter": "records",
    "selector": "records",
    "schema_loader": "schema",
    "check": "run",
    "concurrency": "run",
    "stream_group": "run",
    "source": "run",
}
"""Kinds of change by the kind of the component; what stands below none of these is about requests."""

_OF_STREAM: Mapping[str, Kind] = {
    "incremental_sync": "state",
    "state_migrations": "state",
    "transformations": "records",
}

_REQUESTS = frozenset(
    {"request_option", "start_time_option", "end_time_option", "start_value_option", "api_budget"}
)
"""Fields that are about requests wherever they stand."""

_ELSEWHERE = frozenset({"name", "primary_key", "schema_loader"})
"""Fields of streams that are compared with more care."""


def told_settings(
    stream: str,
    old: Placed,
    new: Placed,
    meanings: Meanings,
    top: Tops = ({}, {}),
    renamed: Mapping[str, str] = MappingProxyType({}),
    without: frozenset[str] = frozenset(),
) -> Iterator[Change]:
    """The settings of a stream, or beside the streams, that changed; those `without` are left out.

    `top` are the streams that are compared by themselves: as parents of others they are not told again. `renamed` are
    names of streams, old to new.
    """

    def passes(one: Placed, other: Placed, field: str) -> bool:
        if one is old and field in without:
            return True
        if one.spec.kind.name == "stream" and field in _ELSEWHERE:
            return True
        if field == "stream" and one.spec.kind.name == "parent":
            return _is_told_elsewhere(one.part("stream"), other.part("stream"), meanings, top, renamed)
        return False

    for found in differences(old, new, meanings, passes=passes):
        change = _change(stream, found)
        if change is not None:
            yield change


def _is_told_elsewhere(
    one: Placed | None,
    other: Placed | None,
    meanings: Meanings,
    top: Tops,
    renamed: Mapping[str, str],
) -> bool:
    if one is None or other is None:
        return False
    name, now = str(one.value("name")), str(other.value("name"))
    if renamed.get(name, name) != now or name not in top[0] or now not in top[1]:
        return False
    return meanings.of(one) == meanings.of(top[0][name]) and meanings.of(other) == meanings.of(top[1][now])


def _change(stream: str, found: Difference) -> Change | None:
    """A difference as a change; None for one of masks, which are told by what they mask."""
    if "MaskFields" in (found.old_type, found.new_type, found.part_new.type_name) or _inside_a_mask(
        found.part_new
    ):
        return None
    kind, bump = _kind(found)
    old_span, new_span = found.spans
    return Change(kind, stream, _sentence(found), old_span, new_span, bump)


def _inside_a_mask(part: Placed) -> bool:
    return part.spec.kind.name == "mask" or part.holder("MaskFields") is not None


def _kind(found: Difference) -> tuple[Kind, Bump]:
    part, field = found.part_new, found.path[0]
    if {found.old_type, found.new_type, part.type_name} & _RENAMING:
        return "schema", "major"
    if part.spec.kind.name == "stream":
        return _OF_STREAM.get(field, "requests"), "patch"
    if part.spec.kind.name == "cursor":
        return ("state" if field in _STATE_FIELDS or part.spec.takes_more else "requests"), "patch"
    if field == "partition_router":
        return "state", "patch"
    if field in _REQUESTS:
        return "requests", "patch"
    here: Placed | None = part
    while here is not None and here.spec.kind.name not in ("stream", "retriever", "cursor"):
        if here.field in _REQUESTS:
            break
        if here.spec.kind.name in _KINDS:
            return _KINDS[here.spec.kind.name], "patch"
        here = here.above
    return "requests", "patch"


def _sentence(found: Difference) -> str:
    where = place(found.part_new, found.path)
    if found.whole:
        return _of_components(found, where)
    left, right = shown(found.old, found.part_old, found.path), shown(found.new, found.part_new, found.path)
    if left is None or right is None or left == right:
        return f"{where} changed"
    if found.old is None and left == "none":
        return f"{where} is new: {right}"
    if found.new is None and right == "none":
        return f"{where} is gone: {left}"
    return f"{where}: {left} → {right}"


def _of_components(found: Difference, where: str) -> str:
    old, new = found.old_type, found.new_type
    if old and new:
        return f"{where}: {old} → {new}"
    if new:
        return f"{where}: {new} is new" if found.old is None else f"{where}: a text → {new}"
    return f"{where}: {old} is gone" if found.new is None else f"{where}: {old} → a text"


def place(part: Placed, path: tuple[str, ...]) -> str:
    """Where a setting stands in its stream: the fields that lead to it, in backquotes."""
    steps = [_key(key) for key in reversed(path)]
    here: Placed | None = part
    while here is not None and here.field:
        if here.spec.kind.name == "stream":
            if here.field != "stream":
                break
            return f"`{'.'.join(reversed(steps))}` of the parent `{facts.text(here, 'name')}`"
        steps.append(here.field)
        here = here.above
    short = [step for step in reversed(steps) if step != "retriever"]
    return f"`{'.'.join(short)}`"


def _key(key: str) -> str:
    return key if key and "`" not in key else "…"
