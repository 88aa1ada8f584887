"""What documents of an image must be like. Anyone may have made them, so nothing is taken for granted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.authoring import describe

Json = Any
Shape = Any
"""A type; a list of one shape, for a list of such; or a mapping of keys to shapes.

A key with `?` may be lacking or null, and `*` stands for all other keys.
"""

_MOST = 1 << 62

_ANNOTATIONS: Mapping[str, Shape] = {"*": str}
_PLATFORM: Mapping[str, Shape] = {"os": str, "architecture": str, "variant?": str}
DESCRIPTOR: Mapping[str, Shape] = {
    "mediaType": str,
    "digest": str,
    "size": int,
    "platform?": _PLATFORM,
    "annotations?": _ANNOTATIONS,
    "artifactType?": str,
}
_BOTH: Mapping[str, Shape] = {
    "mediaType?": str,
    "artifactType?": str,
    "subject?": DESCRIPTOR,
    "annotations?": _ANNOTATIONS,
}
INDEX: Mapping[str, Shape] = {"manifests": [DESCRIPTOR], **_BOTH}
MANIFEST: Mapping[str, Shape] = {"config": DESCRIPTOR, "layers": [DESCRIPTOR], **_BOTH}
CONFIG: Mapping[str, Shape] = {
    **_PLATFORM,
    "created?": str,
    "config?": {
        "User?": str,
        "Env?": [str],
        "Entrypoint?": [str],
        "Cmd?": [str],
        "Labels?": {"*": str},
    },
    "rootfs": {"diff_ids": [str]},
}

_NAMES: Mapping[type, str] = {str: "text in Unicode", int: "a size", dict: "an object", list: "a list"}


def misfit(told: Json, shape: Shape, place: str = "") -> str:
    """What is wrong with a value, by its place and without what it says; empty where it fits."""
    kind: Any = shape if isinstance(shape, type) else type(shape)
    if not isinstance(told, kind) or not _in_bounds(told):
        return f"{f'`{place}`' if place else 'it'} is not {_NAMES[kind]} but {describe(told)}"
    if isinstance(shape, list):
        parts = [(f"{place}[{number}]", value, shape[0]) for number, value in enumerate(told)]
    elif isinstance(shape, dict):
        lead = f"{place}." if place else ""
        parts = []
        for key, wanted in shape.items():
            name = key.removesuffix("?")
            if key == "*":
                parts += [(f"{lead}*", value, wanted) for value in told.values()]
            elif name == key or told.get(name) is not None:
                if name not in told:
                    return f"{f'`{place}`' if place else 'it'} lacks `{name}`"
                parts.append((f"{lead}{name}", told[name], wanted))
    else:
        return ""
    return next((wrong for part in parts if (wrong := misfit(part[1], part[2], part[0]))), "")


def _in_bounds(told: Json) -> bool:
    """Whether text can be written (JSON allows halves of characters), and a number be of bytes."""
    if isinstance(told, str):
        return not any("\ud800" <= character <= "\udfff" for character in told)
    return not isinstance(told, int) or (not isinstance(told, bool) and 0 <= told < _MOST)
