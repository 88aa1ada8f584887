"""The types that a JSON Schema admits, and which of two admits more."""

from __future__ import annotations

from collections.abc import Iterable

from penstock.authoring import Json


def types_of(schema: Json) -> frozenset[str]:
    """The types that a schema admits, with the format of text; empty for any."""
    if not isinstance(schema, dict):
        return frozenset()
    written = schema.get("type")
    named = written if isinstance(written, list) else [written] if isinstance(written, str) else []
    found = {str(name) for name in named}
    for union in ("anyOf", "oneOf", "allOf"):
        branches = schema.get(union)
        for branch in branches if isinstance(branches, list) else ():
            found |= types_of(branch)
    hint = schema.get("airbyte_type") or schema.get("format")
    if "string" in found and hint in (
        "date",
        "date-time",
        "time",
        "timestamp_without_timezone",
        "time_without_timezone",
    ):
        found = found - {"string"} | {str(hint)}
    if "string" in found and hint in ("integer", "number", "big_integer", "big_number"):
        found = found - {"string"} | {f"{hint} as text"}
    return frozenset(found)


def is_wider(old: frozenset[str], new: frozenset[str]) -> bool:
    """Whether the new types admit all that the old ones did; any type is the widest. Null does not count."""
    if not new:
        return True
    if not old:
        return False
    admitted = set(new)
    if "number" in new:
        admitted.add("integer")
    if "string" in new:
        admitted |= {"date", "date-time", "time"}
    return old - {"null"} <= admitted


def told_types(types: Iterable[str]) -> str:
    """Types as a person reads them: "string or null"."""
    return " or ".join(sorted(types, key=lambda name: (name == "null", name))) or "any type"
