"""What rules ask of a stream: which fields it masks, what its templates read, what its schema declares."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from penstock.authoring import FieldPath, Node, Placed, masked_paths, parse_duration, read_paths

STREAM_TYPES = ("DeclarativeStream",)

SLICE_NAMES = frozenset({"stream_slice", "stream_partition", "stream_interval"})
"""The names by which templates read the slice; all of them are one object."""


_SECRET_NAME = re.compile(
    r"(?:^|_|-)(?:password|passwd|passphrase|secret|token|api_?key|private_?key|access_?key|secret_?key)$",
    re.IGNORECASE,
)


def sounds_secret(name: str) -> bool:
    """Whether a value of the config with this name is likely a secret."""
    return bool(_SECRET_NAME.search(name))


def streams(tree: Placed) -> Iterator[Placed]:
    """Each stream of a manifest, parents and templates of streams among them."""
    return tree.find(*STREAM_TYPES)


def runs_custom_code(part: Placed) -> bool:
    """Whether Python of the connector's own takes part, of which nobody knows what it reads."""
    return any(below.spec.takes_more for below in part.walk(other_streams=False))


def is_template(text: str) -> bool:
    """Whether something in a text is evaluated."""
    return "{{" in text or "{%" in text


def constant(part: Placed, field: str) -> str | None:
    """The text of a field that is no template."""
    node = part.get(field)
    if node is None or not isinstance(node.value, str) or is_template(node.value):
        return None
    return node.value


def text(part: Placed, field: str) -> str:
    """The text of a field as it is written; empty where it holds none."""
    value = part.value(field)
    return value if isinstance(value, str) else ""


def first_key(added: Placed) -> str:
    """The field of the record that an AddedFieldDefinition sets, or sets a part of."""
    path = added.value("path")
    return str(path[0]) if isinstance(path, list) and path else ""


def duration(part: Placed, field: str) -> dt.timedelta | None:
    """The length of time in a field; None where that is a template, months or years, or none at all."""
    written = constant(part, field)
    try:
        found = parse_duration(written) if written else None
    except ValueError:
        return None
    return found if isinstance(found, dt.timedelta) else None


def names_read(part: Placed) -> frozenset[str]:
    """The variables that the templates of a part read, those of other streams in it left out."""
    return frozenset(path[0] for path in paths_read(part))


def paths_read(part: Placed) -> Iterator[tuple[str, ...]]:
    """The paths that the templates of a part read, those of other streams in it left out."""
    for below in part.walk(other_streams=False):
        for written in _texts_and_keys(below):
            yield from read_paths(written)


def _texts_and_keys(part: Placed) -> Iterator[str]:
    inside = {id(below.node.value) for below in part.parts}

    def visit(node: Node) -> Iterator[str]:
        if isinstance(node.value, str):
            yield node.value
        elif isinstance(node.value, dict) and id(node.value) not in inside:
            for key, child in node.value.items():
                yield key
                yield from visit(child)
        elif isinstance(node.value, list):
            for child in node.value:
                yield from visit(child)

    for name, child in part.node.value.items():
        if name not in ("type", "$parameters"):
            yield from visit(child)


def masks(stream: Placed) -> list[tuple[Node, FieldPath]]:
    """The masked paths of a stream, each with where it is written."""
    return [
        path
        for part in stream.parts_in("transformations")
        if part.type_name == "MaskFields"
        for path in masked_paths(part)
    ]


def mask_of(stream: Placed, field: tuple[str, ...]) -> Node | None:
    """Where the mask of a field is written, if one of the stream's masks is for it or for what holds it."""
    return next((node for node, path in masks(stream) if covers(path, field)), None)


def covers(path: FieldPath, field: tuple[str, ...]) -> bool:
    """Whether a masked path leads to a field of a record, or to what holds it."""
    if not path:
        return True
    if not field:
        return all(segment.kind in ("each", "deep") for segment in path)
    head, *rest = path
    if head.kind == "deep":
        return any(covers(tuple(rest), field[at:]) for at in range(len(field)))
    if head.kind == "each":
        return covers(tuple(rest), field)
    return (head.kind == "key" or head.name == field[0]) and covers(tuple(rest), field[1:])


def cursor(stream: Placed) -> Placed | None:
    """The cursor of a stream."""
    return stream.part("incremental_sync")


def cursor_field(stream: Placed) -> Node | None:
    """Where the cursor field is written, if it is a name and no template."""
    found = cursor(stream)
    node = found.get("cursor_field") if found else None
    return node if node is not None and isinstance(node.value, str) and not is_template(node.value) else None


def primary_keys(stream: Placed) -> list[Node]:
    """The names of the primary key, each with where it is written; a key inside an object is left out."""
    node = stream.get("primary_key")
    if node is None:
        return []
    nodes = node.value if isinstance(node.value, list) else [node]
    flat = [n.value[0] if isinstance(n.value, list) and len(n.value) == 1 else n for n in nodes]
    return [n for n in flat if isinstance(n.value, str) and n.value]


def properties(stream: Placed) -> Mapping[str, Node] | None:
    """The fields that a stream's schemas in the manifest declare; None where they stand elsewhere, or are open."""
    loaders = stream.parts_in("schema_loader")
    if not loaders or any(loader.type_name != "InlineSchemaLoader" for loader in loaders):
        return None
    found: dict[str, Node] = {}
    for loader in loaders:
        schema = loader.get("schema")
        declared = schema.get("properties") if schema else None
        if declared is None or not isinstance(declared.value, dict) or not declared.value:
            return None
        found.update(declared.value)
    return found


def schema_types(schema: Node) -> frozenset[str]:
    """The types that a schema names."""
    written = schema.get("type")
    if written is None:
        return frozenset()
    nodes = written.value if isinstance(written.value, list) else [written]
    return frozenset(node.value for node in nodes if isinstance(node.value, str))


def config_properties(tree: Placed) -> dict[str, Node] | None:
    """The keys of the config, with their schemas; None where the specification leaves them open."""
    spec = tree.part("spec")
    schema = spec.get("connection_specification") if spec else None
    if schema is None:
        return None
    found = dict(_declared(schema))
    return found or None


def _declared(schema: Node) -> Iterator[tuple[str, Node]]:
    for union in ("oneOf", "anyOf", "allOf"):
        branches = schema.get(union)
        for branch in branches.value if branches is not None and isinstance(branches.value, list) else ():
            yield from _declared(branch)
    declared = schema.get("properties")
    if declared is not None and isinstance(declared.value, dict):
        yield from declared.value.items()


def config_schemas(tree: Placed, path: tuple[str, ...]) -> list[Node]:
    """The schemas of a value of the config; several where branches of a `oneOf` declare it."""
    spec = tree.part("spec")
    schema = spec.get("connection_specification") if spec else None
    here = [schema] if schema is not None else []
    for key in path:
        here = [child for parent in here for name, child in _declared(parent) if name == key]
    return here


def is_block(node: Node) -> bool:
    """Whether a mapping is written in block style, so that its place is that of its first key."""
    lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", node.source.text)
    return not lines[node.line - 1][node.col - 1 :].startswith("{")
