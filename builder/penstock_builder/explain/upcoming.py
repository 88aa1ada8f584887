"""The requests that the next sync of a stream would send first. Nothing is sent, and what is secret is not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from penstock.authoring import Json, Placed, Planned, Preview, read_paths
from penstock_builder.lint.facts import sounds_secret

_SHORTEST = 4
"""Shorter values turn up in ordinary words."""


def hidden_values(tree: Placed, config: Mapping[str, Json]) -> Iterator[str]:
    """Values of a config that must not be shown, marked or not: those that prove who asks, and those that sound so."""
    yield from _sounding_secret(config)
    for part in tree.walk():
        if part.spec.kind.name != "authenticator":
            continue
        for below in part.walk():
            for _, node in below.texts:
                for path in read_paths(node.value):
                    if path[0] == "config" and len(path) > 1:
                        yield from _leaves(_at(config, path[1:]))


def _sounding_secret(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield from _leaves(child) if sounds_secret(str(name)) else _sounding_secret(child)
    elif isinstance(value, list):
        for child in value:
            yield from _sounding_secret(child)


def _at(value: Json, path: tuple[str, ...]) -> Json:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _leaves(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping | list):
        for child in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(child)
    elif isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) >= _SHORTEST:
        yield str(value)


def as_text(stream: str, found: Preview) -> str:
    """The requests as lines to read."""
    parts = [f"what the next sync of {stream} would request first, without credentials; nothing was sent\n"]
    parts += [_request(request) for request in found.requests]
    parts += [f"  … and {found.more:,} more slices\n"] if found.more else []
    parts += [f"  note: {note}\n" for note in found.notes]
    if not found.requests and not found.notes:
        parts.append("  nothing: the saved state is at the end\n")
    return "".join(parts)


def _request(request: Planned) -> str:
    lines = [f"  {request.method} {request.url}"]
    if request.after:
        lines.append(f"      for each record of {', '.join(request.after)}")
    if request.slice:
        lines.append("      slice: " + ", ".join(f"{name}={value}" for name, value in request.slice.items()))
    lines += [f"      {name}: {value}" for name, value in request.headers.items()]
    if request.body:
        lines.append(f"      body: {request.body}")
    return "\n".join(lines) + "\n"
