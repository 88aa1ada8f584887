"""What changes in what records look like, and what the DuckDB destination makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from penstock.authoring import Json, Node, Placed, fitted_columns, plain
from penstock_builder.diff.change import Bump, Change
from penstock_builder.diff.settings import Meanings, differences
from penstock_builder.diff.settings_told import place
from penstock_builder.diff.types import is_wider, told_types, types_of
from penstock_builder.lint import facts

_KEPT = "a DuckDB table that is added to keeps the column, empty in new rows"


Fitted = Mapping[tuple[str, str], tuple[str, str]]
"""The DuckDB types of a column before and after its table takes another schema, by the two schemas as JSON text."""


@dataclass(frozen=True, slots=True)
class _Field:
    node: Node
    schema: Json


def told_schema(
    stream: str, old: Placed, new: Placed, meanings: Meanings, columns: Fitted
) -> Iterator[Change]:
    """The fields that came, went or changed their type, the primary key, and what transformations add and remove."""
    yield from _key(stream, old, new)
    yield from _of_transformations(stream, old, new)
    if _same_loaders(old, new, meanings):
        return
    before, after = _declared(old), _declared(new)
    if before is None or after is None:
        yield from _of_loaders(stream, old, new, meanings)
        return
    yield from _fields(stream, before, after, columns)


def schema_of(stream: Placed) -> Json:
    """The schema of a stream as far as the manifest tells it."""
    return {
        "type": "object",
        "properties": {name: plain(node) for name, node in (_declared(stream) or {}).items()},
    }


def _declared(stream: Placed) -> Mapping[str, Node] | None:
    """The fields that the manifest declares; None where others stand elsewhere."""
    loaders = stream.parts_in("schema_loader")
    if any(loader.type_name != "InlineSchemaLoader" for loader in loaders):
        return None
    found: dict[str, Node] = {}
    for loader in reversed(loaders):
        schema = loader.get("schema")
        found.update(facts.entries(schema.get("properties")) if schema is not None else {})
    return found


def _of_loaders(stream: str, old: Placed, new: Placed, meanings: Meanings) -> Iterator[Change]:
    olds, news = old.parts_in("schema_loader"), new.parts_in("schema_loader")
    if [part.type_name for part in olds] == [part.type_name for part in news]:
        for one, other in zip(olds, news, strict=True):
            for found in differences(one, other, meanings):
                what = f"{place(found.part_new, found.path)} changed: the fields may be others"
                yield Change("schema", stream, what, *found.spans)
        return
    left, right = (", ".join(part.type_name for part in parts) or "none" for parts in (olds, news))
    was, now = old.get("schema_loader") or old.node, new.get("schema_loader") or new.node
    what = f"`schema_loader`: {left} → {right}: the fields may be others"
    yield Change("schema", stream, what, was.span, now.span, "minor")


def _key(stream: str, old: Placed, new: Placed) -> Iterator[Change]:
    left, right = _key_names(old), _key_names(new)
    if left == right:
        return
    one, other = old.get("primary_key") or old.node, new.get("primary_key") or new.node
    told = " → ".join(", ".join(f"`{name}`" for name in names) or "none" for names in (left, right))
    effect = (
        "DuckDB merges by the new key, and rows that are there stay, so that some may be there twice"
        if right
        else "DuckDB no longer merges, and rows that change are added again"
    )
    yield Change("schema", stream, f"the primary key: {told}; {effect}", one.span, other.span, "major")


def _key_names(stream: Placed) -> list[str]:
    value = stream.value("primary_key")
    names = value if isinstance(value, list) else [value] if value else []
    return [".".join(map(str, name)) if isinstance(name, list) else str(name) for name in names]


def _of_transformations(stream: str, old: Placed, new: Placed) -> Iterator[Change]:
    """Fields that an AddFields no longer gives or a RemoveFields takes away now."""
    before, after = _removed(old), _removed(new)
    for path in after.keys() - before.keys():
        what = f"the field `{path}` is removed from records; {_KEPT}"
        yield Change("schema", stream, what, None, after[path].span, "major")
    for path in before.keys() - after.keys():
        what = f"the field `{path}` is no longer removed from records"
        yield Change("schema", stream, what, before[path].span, None, "minor")
    given, gives = _added(old), _added(new)
    for path in gives.keys() - given.keys():
        yield Change(
            "schema", stream, f"the field `{path}` is added to records", None, gives[path].span, "minor"
        )
    for path in given.keys() - gives.keys():
        what = f"the field `{path}` is no longer added to records; {_KEPT}"
        yield Change("schema", stream, what, given[path].span, None, "major")


def _removed(stream: Placed) -> dict[str, Node]:
    """The paths that are removed from every record, each with where that is written."""
    return {
        ".".join(str(key.value) for key in facts.elements(pointer)): pointer
        for part in stream.parts_in("transformations")
        if part.type_name == "RemoveFields" and part.get("condition") is None
        for pointer in facts.elements(part.get("field_pointers"))
    }


def _added(stream: Placed) -> dict[str, Node]:
    return {".".join(facts.added_path(added) or ()): added.node for added in facts.added_fields(stream)}


def _fields(
    stream: str, before: Mapping[str, Node], after: Mapping[str, Node], columns: Fitted
) -> Iterator[Change]:
    left, right = dict(_walked(before)), dict(_walked(after))
    for path, was in left.items():
        if path in right:
            yield from _of_one(stream, path, was, right[path], columns)
        elif _parent(path) in right or not _parent(path):
            note = f"; {_KEPT}" if not _parent(path) else ""
            what = f"the field `{path}` is gone{note}"
            yield Change("schema", stream, what, was.node.key_span, None, "major")
    for path, now in right.items():
        if path not in left and (_parent(path) in left or not _parent(path)):
            kind = "" if _parent(path) else columns.get((_written(None), _written(now.schema)), ("", ""))[1]
            note = f"; DuckDB adds a column {kind}, empty in the rows that are there" if kind else ""
            what = f"a new field `{path}` ({told_types(types_of(now.schema))}){note}"
            yield Change("schema", stream, what, None, now.node.key_span, "minor")


def _walked(properties: Mapping[str, Node], above: str = "") -> Iterator[tuple[str, _Field]]:
    for name, node in properties.items():
        path = f"{above}.{name}" if above else name
        yield path, _Field(node, plain(node))
        yield from _below(node, path)


def _below(schema: Node, path: str) -> Iterator[tuple[str, _Field]]:
    yield from _walked(facts.entries(schema.get("properties")), path)
    items = schema.get("items")
    if items is not None and isinstance(items.value, dict):
        yield f"{path}[*]", _Field(items, plain(items))
        yield from _below(items, f"{path}[*]")
    for branch in facts.branches(schema):
        yield from _below(branch, path)


def _parent(path: str) -> str:
    return path[:-3] if path.endswith("[*]") else path.rpartition(".")[0]


def fitted(pairs: Iterable[tuple[Placed, Placed]], meanings: Meanings) -> Fitted:
    """What DuckDB does about every field of some streams that is new or changed, asked all at once."""
    changed: dict[tuple[str, str], tuple[Json, Json]] = {}
    for old, new in pairs:
        if _same_loaders(old, new, meanings):
            continue
        before, after = _declared(old), _declared(new)
        for name, node in (after or {}).items():
            left = (before or {}).get(name)
            one, other = plain(left) if left is not None else None, plain(node)
            if one != other:
                changed[_written(one), _written(other)] = one, other
    if not changed:
        return {}
    numbered = {str(number): schemas for number, schemas in enumerate(changed.values())}
    found = fitted_columns(
        {"properties": {number: old for number, (old, _) in numbered.items() if old is not None}},
        {"properties": {number: new for number, (_, new) in numbered.items()}},
    )
    return {pair: found[str(number)] for number, pair in enumerate(changed)}


def _written(schema: Json) -> str:
    return json.dumps(schema, sort_keys=True, default=str)


def _same_loaders(old: Placed, new: Placed, meanings: Meanings) -> bool:
    olds, news = ([meanings.of(part) for part in side.parts_in("schema_loader")] for side in (old, new))
    return olds == news


def _of_one(stream: str, path: str, was: _Field, now: _Field, columns: Fitted) -> Iterator[Change]:
    spans = was.node.key_span, now.node.key_span
    left, right = types_of(was.schema), types_of(now.schema)
    if left - {"null"} != right - {"null"}:
        wider, narrower = is_wider(left, right), is_wider(right, left)
        word = "wider" if wider else "narrower" if narrower else "another type"
        bump: Bump = "minor" if wider else "major"
        column = None if _parent(path) else columns.get((_written(was.schema), _written(now.schema)))
        what = f"the field `{path}`: {told_types(left)} → {told_types(right)} ({word}){_of_column(column)}"
        yield Change("schema", stream, what, *spans, bump=bump)
    elif left != right:
        word = "may be null now" if "null" in right else "is no longer said to be null"
        yield Change(
            "schema", stream, f"the field `{path}` {word}", *spans, "minor" if "null" in right else "patch"
        )


def _of_column(types: tuple[str, str] | None) -> str:
    if types is None or not types[0]:
        return ""
    before, after = types
    if before == after:
        return f"; a DuckDB column stays {before}"
    loss = ", which holds what both are" if after == "JSON" else ""
    return f"; a DuckDB column goes from {before} to {after}{loss}"
