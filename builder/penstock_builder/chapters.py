"""A stream in the order in which an author thinks of it: endpoint, authentication, records, pages and so on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from penstock.authoring import ComponentSpec, FieldSpec, Json, Placed, all_components, plain
from penstock_builder.components import resolved, site_at
from penstock_builder.draft import Draft, NoSuchPlaceError
from penstock_builder.editing.places import child, parts_of

_ORDER: tuple[tuple[str, frozenset[str]], ...] = (
    ("Endpoint", frozenset({"requester", "retriever"})),
    ("Authentication", frozenset({"authenticator"})),
    ("Records", frozenset({"record_selector", "decoder", "extractor", "record_filter"})),
    ("Pages", frozenset({"paginator", "pagination_reset"})),
    ("Partitions", frozenset({"partition_router"})),
    ("Incremental", frozenset({"cursor"})),
    ("Errors", frozenset({"error_handler"})),
    ("Transformations", frozenset({"transformation"})),
    ("Schema", frozenset({"schema_loader"})),
)
"""Chapters by the kinds of component that they hold; what is of no such kind has a chapter of its own."""

_LIFTED: Mapping[str, frozenset[str] | None] = MappingProxyType(
    {"retriever": None, "requester": frozenset({"authenticator", "error_handler"})}
)
"""The kinds whose fields have chapters too, and which of them: None is all."""

_MOST = 90


@dataclass(frozen=True, slots=True)
class Slot:
    """A field that takes a component, or a list of them: the pointer of who has it, and of what stands there."""

    holder: str
    name: str
    kind: str

    @property
    def pointer(self) -> str:
        """Where the component stands, or would."""
        return child(self.holder, self.name)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a stream: `slots` in their order, the first of which is what it is about."""

    title: str
    slots: tuple[Slot, ...]

    @property
    def pointer(self) -> str:
        """Where what it is about stands."""
        return self.slots[0].pointer


def chapters(draft: Draft, stream: str) -> tuple[Chapter, ...]:
    """The chapters of the stream at a place; none where no component is known there."""
    slots = list(_slots(draft, stream))
    known = [
        Chapter(
            title, tuple(sorted(mine, key=lambda slot: (slot.kind == "retriever", slot.kind == "decoder")))
        )
        for title, kinds in _ORDER
        if (mine := [slot for slot in slots if slot.kind in kinds])
    ]
    ordered = frozenset[str]().union(*(kinds for _, kinds in _ORDER))
    return (*known, *(Chapter(in_words(s.name), (s,)) for s in slots if s.kind not in ordered))


def lifted(found: tuple[Chapter, ...], pointer: str) -> frozenset[str]:
    """The fields of a component that have their place in a chapter, and need none on its card."""
    return frozenset(slot.name for chapter in found for slot in chapter.slots if slot.holder == pointer)


def chapter_of(found: tuple[Chapter, ...], pointer: str) -> tuple[Chapter, Slot] | None:
    """The chapter that a component belongs to, and the slot it stands in or below."""
    fitting = [
        (chapter, slot)
        for chapter in found
        for slot in chapter.slots
        if pointer == slot.pointer or pointer.startswith(slot.pointer + "/")
    ]
    return max(fitting, key=lambda fit: len(fit[1].pointer), default=None)


def told(draft: Draft, pointer: str, without: frozenset[str] = frozenset(), *, titled: bool = True) -> str:
    """What stands at a place, in a line: types as words, then values; empty where nothing does.

    `titled` false leaves out the type of the component itself.
    """
    part = part_at(draft, pointer)
    if part is not None:
        return _cut(_of_part(part, without, titled=titled))
    node = resolved(draft, pointer)
    if node is None or node.value is None:
        return ""
    if isinstance(node.value, list):
        found = [part_at(draft, child(pointer, index)) for index in range(len(node.value))]
        return _cut(iter(in_words(one.type_name) if one else "…" for one in found))
    if isinstance(node.value, dict):
        return _cut(_of_definition(plain(node), titled=titled))
    return _cut(_of_value("", plain(node), ""))


def in_words(name: str) -> str:
    """`PageIncrement` and `page_increment` as words: Page increment."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    if not words:
        return name
    rest = [word if word.isupper() and len(word) > 1 else word.lower() for word in words[1:]]
    return " ".join([words[0][0].upper() + words[0][1:], *rest])


def _slots(draft: Draft, holder: str) -> Iterator[Slot]:
    """The slots of a stream, and those of what it reads by."""
    spec = _spec_at(draft, holder)
    waiting = [(holder, spec)] if spec is not None else []
    seen: set[str] = set()
    while waiting:
        at, spec = waiting.pop(0)
        seen.add(spec.kind.name)
        only = _LIFTED.get(spec.kind.name)
        for field in spec.fields:
            if field.slot is None or (only is not None and field.slot.name not in only) or _is_mapping(field):
                continue
            slot = Slot(at, field.name, field.slot.name)
            yield slot
            if slot.kind in _LIFTED and slot.kind not in seen:
                below = _spec_at(draft, slot.pointer)
                if below is not None:
                    seen.add(slot.kind)
                    waiting.append((slot.pointer, below))


def _is_mapping(field: FieldSpec) -> bool:
    return "Mapping" in field.annotation


def _spec_at(draft: Draft, pointer: str) -> ComponentSpec | None:
    try:
        return site_at(draft, pointer).spec
    except NoSuchPlaceError:
        return None


def part_at(draft: Draft, pointer: str) -> Placed | None:
    """The component at a place after `$ref` and `$parameters`; None where there is none, or they cannot be followed."""
    part = draft.reading.tree
    node = part.node if part is not None else None
    for name in parts_of(pointer):
        if part is None or node is None:
            return None
        value = node.value
        if isinstance(value, list):
            node = value[int(name)] if name.isdecimal() and int(name) < len(value) else None
        else:
            node = node.get(name)
        below = node.value if node is not None else None
        part = next((held for held in part.parts if held.node.value is below), part)
    return part if part is not None and node is not None and part.node.value is node.value else None


def _of_part(part: Placed, without: frozenset[str] = frozenset(), *, titled: bool = True) -> Iterator[str]:
    """The words of a component: its type, then what is set, the required first; a component inside in its place."""
    fields = sorted(
        (field for field in part.spec.fields if field.name not in without),
        key=lambda field: not field.required,
    )
    nested = {field.name: part.parts_in(field.name) for field in fields}
    if titled and not any(len(parts) == 1 for parts in nested.values()) and _is_choice(part.spec.kind.name):
        yield in_words(part.type_name)
    for field in fields:
        node = part.get(field.name)
        if node is None:
            continue
        if len(nested[field.name]) == 1 and not isinstance(node.value, list):
            yield from _of_part(nested[field.name][0], titled=field.required)
        elif nested[field.name]:
            yield f"{len(nested[field.name])} {in_words(field.name).lower()}"
        elif field.secret:
            yield f"{in_words(field.name).lower()} set"
        else:
            yield from _of_value(field.name, plain(node), field.unit)


@lru_cache(maxsize=256)
def _is_choice(kind: str) -> bool:
    """Whether there are components of a kind to choose from."""
    return sum(spec.kind.name == kind for spec in all_components().values()) > 1


def _of_definition(value: dict[str, Json], *, titled: bool) -> Iterator[str]:
    """The words of a component that no stream has been followed to: its type, and its plain values."""
    if titled:
        yield in_words(str(value.get("type", "")))
    for name, one in value.items():
        if name != "type" and isinstance(one, str | int | float):
            yield from _of_value(name, one, "")


def _of_value(name: str, value: object, unit: str) -> Iterator[str]:
    words = in_words(name).lower()
    if isinstance(value, bool):
        if value:
            yield words
    elif isinstance(value, int | float):
        yield f"{value} {unit}" if unit else f"{words} {value}".strip()
    elif isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        yield ", ".join(map(str, value)) if value else f"{words}: none"
    elif isinstance(value, list | dict):
        properties = value.get("properties") if isinstance(value, dict) else None
        counted = properties if isinstance(properties, dict) else value
        yield f"{len(counted)} {'properties' if counted is properties else words}"


def _cut(found: Iterator[str]) -> str:
    line = " · ".join(word for word in found if word)
    return line if len(line) <= _MOST else line[: _MOST - 1] + "…"
