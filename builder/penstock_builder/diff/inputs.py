"""What changes for those who fill in the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from penstock.authoring import Json, Node, Placed, plain
from penstock_builder.diff.change import Bump, Change
from penstock_builder.diff.types import is_wider, told_types, types_of
from penstock_builder.lint import facts

_CHECKED = (
    "enum",
    "const",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
)
"""Keys by which a config that was accepted may be refused."""


@dataclass(frozen=True, slots=True)
class _Input:
    schema: Node
    required: bool


def told_inputs(old: Placed | None, new: Placed | None) -> Iterator[Change]:
    """The inputs of two specifications that differ, each with its path. Their values are never told."""
    before, after = dict(_inputs(_schema(old))), dict(_inputs(_schema(new)))
    for path, was in before.items():
        now = after.get(path)
        if now is None:
            bump: Bump = "major" if _is_closed(_schema(new)) else "minor"
            note = "; a configuration that has it is refused" if bump == "major" else ""
            yield Change("inputs", "", f"the input `{path}` is gone{note}", was.schema.key_span, None, bump)
        else:
            yield from _of_one(path, was, now)
    for path, now in after.items():
        if path not in before:
            told = "; configurations that there are have to be completed" if now.required else ""
            what = f"a new {'required' if now.required else 'optional'} input `{path}`{told}"
            yield Change("inputs", "", what, None, now.schema.key_span, "major" if now.required else "minor")


def _schema(spec: Placed | None) -> Node | None:
    return spec.get("connection_specification") if spec is not None else None


def _is_closed(schema: Node | None) -> bool:
    more = schema.get("additionalProperties") if schema is not None else None
    return more is not None and more.value is False


def _inputs(schema: Node | None, path: str = "", *, required: bool = True) -> Iterator[tuple[str, _Input]]:
    """Each input with its path; one inside an object that may be missing is not required by itself."""
    if schema is None:
        return
    needed = {str(node.value) for node in facts.elements(schema.get("required"))}
    for name, child in facts.entries(schema.get("properties")).items():
        here = f"{path}.{name}" if path else name
        is_needed = required and name in needed and child.get("const") is None
        yield here, _Input(child, is_needed)
        yield from _inputs(child, here, required=is_needed)
    for branch in facts.branches(schema):
        yield from _inputs(branch, path, required=False)


def _of_one(path: str, was: _Input, now: _Input) -> Iterator[Change]:
    spans = was.schema.key_span, now.schema.key_span
    if now.required != was.required:
        word = "required" if now.required else "no longer required"
        yield Change(
            "inputs", "", f"the input `{path}` is {word}", *spans, "major" if now.required else "minor"
        )
    left, right = types_of(plain(was.schema)), types_of(plain(now.schema))
    if left != right:
        what = f"the input `{path}`: {told_types(left)} → {told_types(right)}"
        yield Change("inputs", "", what, *spans, "minor" if is_wider(left, right) else "major")
    old_mark, new_mark = (_is_secret(side.schema) for side in (was, now))
    if old_mark != new_mark:
        word = "is marked as a secret" if new_mark else "is no longer marked as a secret: it may be shown"
        yield Change("inputs", "", f"the input `{path}` {word}", *spans, "patch" if new_mark else "major")
    yield from _rules(path, was, now)


def _rules(path: str, was: _Input, now: _Input) -> Iterator[Change]:
    changed = [key for key in _CHECKED if _plain(was.schema, key) != _plain(now.schema, key)]
    if changed:
        left, right = _plain(was.schema, "enum"), _plain(now.schema, "enum")
        grows = changed == ["enum"] and isinstance(left, list) and (right is None or _holds(right, left))
        what = f"the input `{path}`: {', '.join(f'`{key}`' for key in changed)} changed"
        bump: Bump = "minor" if grows or all(_plain(now.schema, key) is None for key in changed) else "major"
        yield Change("inputs", "", what, was.schema.key_span, now.schema.key_span, bump)
    if _plain(was.schema, "default") != _plain(now.schema, "default"):
        what = f"the input `{path}`: its default changed"
        yield Change("inputs", "", what, was.schema.key_span, now.schema.key_span, "patch")


def _holds(outer: Json, inner: list[Json]) -> bool:
    return isinstance(outer, list) and all(one in outer for one in inner)


def _plain(schema: Node, key: str) -> Json:
    node = schema.get(key)
    return plain(node) if node is not None else None


def _is_secret(schema: Node) -> bool:
    return (
        facts.entries(schema).get("airbyte_secret") is not None and _plain(schema, "airbyte_secret") is True
    )


def known_inputs(spec: Placed | None) -> Mapping[str, Json]:
    """The specification as plain JSON."""
    schema = _schema(spec)
    value = plain(schema) if schema is not None else {}
    return value if isinstance(value, dict) else {}
