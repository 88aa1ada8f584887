"""What rules ask of a manifest: what a field holds, what a stream masks and reads, what its schema declares."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping

from penstock.authoring import (
    FieldPath,
    Node,
    Placed,
    did_you_mean,
    listed,
    masked_paths,
    parse_duration,
    parser,
    read_paths,
)

STREAM_TYPES = ("DeclarativeStream",)

SLICE_NAMES = frozenset({"stream_slice", "stream_partition", "stream_interval"})
"""The names by which templates read the slice; all of them are one object."""

UNIONS = ("oneOf", "anyOf", "allOf")
"""The keys of a JSON schema that list schemas beside it."""

_OWN_STRATEGIES = ("CursorPagination", "PageIncrement", "OffsetIncrement")

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


def text_node(part: Placed, field: str) -> Node | None:
    """Where the text of a field is written; None where it holds none."""
    node = part.get(field)
    return node if node is not None and isinstance(node.value, str) else None


def constant_node(part: Placed, field: str) -> Node | None:
    """Where the text of a field is written, if it is no template."""
    node = text_node(part, field)
    return node if node is not None and not is_template(node.value) else None


def constant(part: Placed, field: str) -> str | None:
    """The text of a field that is no template."""
    node = constant_node(part, field)
    return node.value if node is not None else None


def text(part: Placed, field: str) -> str:
    """The text of a field as it is written; empty where it holds none."""
    value = part.value(field)
    return value if isinstance(value, str) else ""


def switched_on(part: Placed, field: str) -> Node | None:
    """Where a switch is written, if it is on."""
    node = part.get(field)
    return node if node is not None and node.value is True else None


def elements(node: Node | None) -> list[Node]:
    """What a list holds; nothing where it is none."""
    return node.value if node is not None and isinstance(node.value, list) else []


def entries(node: Node | None) -> Mapping[str, Node]:
    """What a mapping holds, by its keys; nothing where it is none."""
    return node.value if node is not None and isinstance(node.value, dict) else {}


def children(node: Node) -> Iterable[Node]:
    """What a mapping or a list holds; nothing where it is neither."""
    return entries(node).values() or elements(node)


def secret_texts(tree: Placed) -> Iterator[tuple[Placed, str, Node]]:
    """Each text in a field for a secret: the component, the field's name, and where the text is written."""
    for part in tree.walk():
        for field in part.spec.fields:
            node = text_node(part, field.name) if field.secret else None
            if node is not None:
                yield part, field.name, node


def hint(name: str, known: Iterable[str], lead: str) -> str:
    """The known name that is likely meant; else some of those that there are, after a few words that lead to them."""
    names = sorted(known)
    return did_you_mean(name, names) or f"{lead} {listed(names[:20])}"


def added_fields(stream: Placed) -> Iterator[Placed]:
    """The AddedFieldDefinitions among the transformations of a stream."""
    for part in stream.parts_in("transformations"):
        if part.type_name == "AddFields":
            yield from part.parts


def added_path(added: Placed) -> tuple[str, ...] | None:
    """The path that an AddedFieldDefinition sets; None where it is no list."""
    path = added.value("path")
    return tuple(str(key) for key in path) if isinstance(path, list) else None


def first_key(added: Placed) -> str:
    """The field of the record that an AddedFieldDefinition sets, or sets a part of."""
    return next(iter(added_path(added) or ()), "")


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
        elif id(node.value) not in inside:
            yield from entries(node)
            for child in children(node):
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
    return constant_node(found, "cursor_field") if found else None


def datetime_cursors(tree: Placed) -> Iterator[Placed]:
    """Each cursor of a manifest that counts in moments."""
    return tree.find("DatetimeBasedCursor")


def retriever_beside(cursor: Placed) -> Placed | None:
    """The retriever of the stream that a cursor belongs to."""
    return cursor.above.part("retriever") if cursor.above else None


def datetime_formats(part: Placed) -> list[Node]:
    """Where the formats of a cursor or a MinMaxDatetime are written; templates and empty ones are left out."""
    nodes = [part.get("datetime_format"), *elements(part.get("cursor_datetime_formats"))]
    return [n for n in nodes if n and isinstance(n.value, str) and n.value and not is_template(n.value)]


def format_with_codes(cursor: Placed) -> str | None:
    """The `datetime_format` of a cursor, if it is no template and has `%` codes."""
    found = constant(cursor, "datetime_format")
    return found if found and "%" in found else None


def format_of_moment(cursor: Placed, moment: Placed | None) -> str:
    """The format of a moment of a cursor: a MinMaxDatetime may have its own. Empty where nothing tells it."""
    own = constant(moment, "datetime_format") if moment else None
    return own or constant(cursor, "datetime_format") or ""


def moment(text: str, format_: str) -> dt.datetime | None:
    """The moment that a text tells in a format; None where it is not written so."""
    try:
        return parser(format_)(text)
    except (ValueError, TypeError, OverflowError):
        return None


def paginators(tree: Placed) -> Iterator[tuple[Placed, Placed]]:
    """Each DefaultPaginator with its strategy, where that is no custom code."""
    for paginator in tree.find("DefaultPaginator"):
        strategy = paginator.part("pagination_strategy")
        if strategy is not None and strategy.type_name in _OWN_STRATEGIES:
            yield paginator, strategy


def primary_keys(stream: Placed) -> list[Node]:
    """The names of the primary key, each with where it is written; a key inside an object is left out."""
    node = stream.get("primary_key")
    if node is None:
        return []
    nodes = elements(node) or [node]
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
        declared = entries(schema.get("properties")) if schema else {}
        if not declared:
            return None
        found.update(declared)
    return found


def streams_with_schema(tree: Placed) -> Iterator[tuple[Placed, Mapping[str, Node]]]:
    """Each stream whose fields are known, with them."""
    for stream in streams(tree):
        declared = properties(stream)
        if declared is not None:
            yield stream, declared


def schema_types(schema: Node) -> frozenset[str]:
    """The types that a schema names."""
    written = schema.get("type")
    if written is None:
        return frozenset()
    nodes = elements(written) or [written]
    return frozenset(node.value for node in nodes if isinstance(node.value, str))


def branches(schema: Node) -> Iterator[Node]:
    """The schemas that the unions of a schema list."""
    for union in UNIONS:
        yield from elements(schema.get(union))


def declared_in(schema: Node) -> Iterator[tuple[str, Node]]:
    """The properties that a schema declares, those of its unions first."""
    for branch in branches(schema):
        yield from declared_in(branch)
    yield from entries(schema.get("properties")).items()


def config_schema(tree: Placed) -> Node | None:
    """The schema of the config."""
    spec = tree.part("spec")
    return spec.get("connection_specification") if spec else None


def config_properties(tree: Placed) -> dict[str, Node] | None:
    """The keys of the config, with their schemas; None where the specification leaves them open."""
    schema = config_schema(tree)
    return (dict(declared_in(schema)) or None) if schema is not None else None


def config_schemas(tree: Placed, path: tuple[str, ...]) -> list[Node]:
    """The schemas of a value of the config; several where branches of a `oneOf` declare it."""
    schema = config_schema(tree)
    here = [schema] if schema is not None else []
    for key in path:
        here = [child for parent in here for name, child in declared_in(parent) if name == key]
    return here


def lines(node: Node) -> list[str]:
    """The lines of the file that a node is written in, each with its end, as the reader of YAML counts them."""
    parts = re.split("(\r\n|[\n\r\x85\u2028\u2029])", node.source.text)
    return [line + end for line, end in zip(parts[::2], [*parts[1::2], ""], strict=True)]


def is_block(node: Node) -> bool:
    """Whether a mapping is written in block style, so that its place is that of its first key."""
    return not lines(node)[node.line - 1][node.col - 1 :].startswith("{")
