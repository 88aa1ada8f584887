"""Plain JSON values to YAML in block style, with comments: the same bytes for the same value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from penstock.authoring import write_scalar

Json = Any

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./()-]+)*")
_WIDTH = 100
_UNPRINTABLE = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True, slots=True)
class Noted:
    """A value with a comment, which stands in the line before it."""

    value: Json
    comment: str


def to_yaml(value: Mapping[str, Json]) -> str:
    """A mapping as YAML text; values may be `Noted`."""
    return "".join(f"{line}\n" for line in _mapping(value, ""))


def _mapping(value: Mapping[str, Json], indent: str) -> Iterator[str]:
    for key, child in value.items():
        inner, comment = _parts(child)
        yield from _comment(comment, indent)
        yield from _entry(f"{indent}{_scalar(key)}:", inner, indent + "  ")


def _entry(head: str, value: Json, indent: str) -> Iterator[str]:
    """A key or a dash, and what belongs to it."""
    flow = _flow(value)
    if flow is not None and (not isinstance(value, dict | list) or len(head) + len(flow) < _WIDTH):
        yield f"{head} {flow}"
    elif isinstance(value, dict):
        yield head
        yield from _mapping(value, indent)
    else:
        yield head
        for item in value:
            inner, comment = _parts(item)
            yield from _comment(comment, indent)
            yield from _item(inner, indent)


def _item(value: Json, indent: str) -> Iterator[str]:
    flow = _flow(value)
    if isinstance(value, dict) and value and (flow is None or len(indent) + len(flow) >= _WIDTH):
        lines = list(_mapping(value, indent + "  "))
        first = next(number for number, line in enumerate(lines) if not line.lstrip().startswith("#"))
        yield from (line.replace("  ", "", 1) for line in lines[:first])
        yield f"{indent}- {lines[first][len(indent) + 2 :]}"
        yield from lines[first + 1 :]
    elif isinstance(value, list) and flow is None:
        yield f"{indent}-"
        for item in value:
            yield from _item(_parts(item)[0], indent + "  ")
    else:
        yield f"{indent}- {flow if flow is not None else _forced(value)}"


def _comment(comment: str, indent: str) -> Iterator[str]:
    for line in comment.splitlines():
        yield f"{indent}# {_UNPRINTABLE.sub(' ', line)}".rstrip()


def _parts(value: Json) -> tuple[Json, str]:
    return (value.value, value.comment) if isinstance(value, Noted) else (value, "")


def _flow(value: Json) -> str | None:
    """The value in one line; None where it holds a comment, or more than one line takes."""
    if isinstance(value, Noted):
        return None
    if isinstance(value, dict):
        if any(isinstance(child, dict | Noted) and child for child in value.values()):
            return None
    elif isinstance(value, list):
        if any(isinstance(child, dict | Noted) for child in value):
            return None
    else:
        return _scalar(value)
    text = _forced(value)
    return text if len(text) < _WIDTH else None


def _forced(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(k, in_flow=True)}: {_forced(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_forced(v) for v in value) + "]"
    return _scalar(value, in_flow=True)


@lru_cache(maxsize=4096)
def _text(value: str, *, in_flow: bool) -> str:
    return write_scalar(value, "" if _PLAIN.fullmatch(value) else '"', in_flow=in_flow)


def _scalar(value: Json, *, in_flow: bool = False) -> str:
    return _text(value, in_flow=in_flow) if isinstance(value, str) else write_scalar(value, in_flow=in_flow)
