"""The settings of a stream that are in force, each with where it came from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from penstock.authoring import ConfigError, Json, Node, Placed, did_you_mean, listed, plain

_WIDTH = 100
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One line: `depth` is how deep it stands, `value` the type of a component or what a field holds.

    `origin` says where that was written: `file:line:col`, and the ways by which it got here.
    """

    depth: int
    name: str
    value: str
    origin: str


def find_stream(tree: Placed, name: str) -> Placed:
    """The stream of a name, the first where there are several. Raises ConfigError."""
    streams = {str(part.value("name")): part for part in reversed(list(all_streams(tree)))}
    if name not in streams:
        hint = did_you_mean(name, streams) or f"there are {listed(sorted(streams))}"
        raise ConfigError(f"the manifest has no stream `{name}`", hint=hint)
    return streams[name]


def all_streams(tree: Placed) -> Iterator[Placed]:
    """Every stream of a manifest that has a name, templates and parents among them."""
    return (part for part in tree.walk() if part.spec.kind.name == "stream" and part.value("name"))


def settings(part: Placed, name: str = "", depth: int = 0) -> Iterator[Setting]:
    """The settings of a component and of those in its fields, in the order of the reference; defaults among them."""
    yield Setting(depth, name, part.type_name, _origin(part.node, given=_is_given(part.above, part.field)))
    if depth and part.spec.kind.name == "stream":  # one of the others, which is told by its name
        yield Setting(depth + 1, "name", _shown(part.value("name")), _origin(part.get("name") or part.node))
        return
    for field in part.spec.fields:
        parts, node = part.parts_in(field.name), part.get(field.name)
        if len(parts) > 1 or (node is not None and isinstance(node.value, list) and parts):
            for number, below in enumerate(parts, 1):
                yield from settings(below, f"{field.name} {number}", depth + 1)
        elif parts:
            yield from settings(parts[0], field.name, depth + 1)
        elif node is not None:
            yield Setting(
                depth + 1, field.name, _shown(plain(node)), _origin(node, given=_is_given(part, field.name))
            )
        elif field.default not in (None, [], {}, ""):
            yield Setting(depth + 1, field.name, _shown(field.default), "default")


def _is_given(holder: Placed | None, field: str) -> bool:
    return holder is not None and field in holder.node.given


def _origin(node: Node, *, given: bool = False) -> str:
    ways = ["by $parameters"] if given else []
    ways += [f"by $ref at {site}" for site in node.via]
    return ", ".join([str(node.span), *ways])


def _shown(value: Json) -> str:
    """A value on one line; a long one is cut."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…"


def as_text(found: Iterator[Setting]) -> str:
    """The settings as indented lines, their origins in a column."""
    lines = [(f"{'  ' * s.depth}{s.name}: {s.value}".removeprefix(": "), s.origin) for s in found]
    width = min(max((len(left) for left, _ in lines), default=0), 72)
    return "".join(f"{left:<{width}}  {origin}\n" for left, origin in lines)
