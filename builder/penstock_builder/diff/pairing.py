"""Which stream of the old manifest is which of the new one: by name, else by likeness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from penstock.authoring import Json, Placed, plain

_ALIKE = 0.7
"""Share of settings in common (0 to 1) from which a stream of another name is taken for the same."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of a manifest. `when` is the condition that it stands under, empty for none."""

    name: str
    part: Placed
    when: str = ""
    is_dynamic: bool = False


@dataclass(frozen=True, slots=True)
class Paired:
    """Streams in both manifests, those that are gone and those that are new. `renamed` are names, old to new."""

    both: tuple[tuple[Stream, Stream], ...]
    gone: tuple[Stream, ...]
    new: tuple[Stream, ...]
    renamed: Mapping[str, str]


def streams_of(tree: Placed) -> Mapping[str, Stream]:
    """The streams of a manifest by name, the first of each; those of conditions and templates of others among them."""
    found: dict[str, Stream] = {}
    for stream in [*_static(tree.parts_in("streams")), *_dynamic(tree)]:
        found.setdefault(stream.name, stream)
    return found


def _static(parts: list[Placed], when: str = "") -> Iterator[Stream]:
    for number, part in enumerate(parts, 1):
        if part.type_name == "ConditionalStreams":
            yield from _static(part.parts_in("streams"), str(part.value("condition")))
        else:
            yield Stream(str(part.value("name") or f"number {number}"), part, when)


def _dynamic(tree: Placed) -> Iterator[Stream]:
    for number, part in enumerate(tree.parts_in("dynamic_streams"), 1):
        yield Stream(str(part.value("name") or f"dynamic {number}"), part, is_dynamic=True)


def paired(old: Mapping[str, Stream], new: Mapping[str, Stream]) -> Paired:
    """Match the streams of two manifests."""
    both = [(stream, new[name]) for name, stream in old.items() if name in new]
    gone = [stream for name, stream in old.items() if name not in new]
    fresh = [stream for name, stream in new.items() if name not in old]
    renamed: dict[str, str] = {}
    for stream, other in _alike(gone, fresh):
        gone.remove(stream)
        fresh.remove(other)
        both.append((stream, other))
        renamed[stream.name] = other.name
    return Paired(tuple(both), tuple(gone), tuple(fresh), renamed)


def _alike(gone: list[Stream], fresh: list[Stream]) -> list[tuple[Stream, Stream]]:
    """The pairs that have most in common, each stream in one of them."""
    traits = {id(s): frozenset(_traits(plain(s.part.node))) for s in [*gone, *fresh]}
    scored = []
    for stream in gone:
        for other in fresh:
            if stream.part.type_name != other.part.type_name:
                continue
            one, two = traits[id(stream)], traits[id(other)]
            share = len(one & two) / max(len(one | two), 1)
            if share >= _ALIKE:
                scored.append((share, stream, other))
    taken: set[int] = set()
    found = []
    for _, stream, other in sorted(scored, key=lambda one: -one[0]):
        if id(stream) not in taken and id(other) not in taken:
            taken |= {id(stream), id(other)}
            found.append((stream, other))
    return found


def _traits(value: Json, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            if key not in ("name", "$parameters", "stream"):
                yield from _traits(child, f"{path}.{key}")
    elif isinstance(value, list):
        for child in value:
            yield from _traits(child, f"{path}[]")
    else:
        yield f"{path}={value}"
