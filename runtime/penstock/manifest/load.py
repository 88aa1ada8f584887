"""YAML text to nodes: plain tags only, positions kept through anchors and merge keys, sizes bounded.

YAML 1.1 as the reference runtime reads it: `yes` and `on` are booleans, an unquoted date is a date. Here a date is
given back as its ISO text, which is what it becomes in JSON anyway.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from penstock.diagnostics import Diagnostics, Span
from penstock.errors import ManifestError
from penstock.manifest.node import Node, Source

MAX_TEXT_BYTES = 20_000_000
MAX_NODES = 1_000_000
"""Values in the manifest after every alias is expanded; the largest public manifest has some 60,000."""
MAX_DEPTH = 200
"""Levels of nesting, aliases expanded."""
MAX_NUMBER_LENGTH = 1_000
"""Characters of an unquoted number: Python refuses to print one of 5,000 digits."""

_TAG = "tag:yaml.org,2002:"
_MERGE, _STR, _LIST, _MAPPING = (_TAG + name for name in ("merge", "str", "seq", "map"))
_SCALARS = frozenset(_TAG + name for name in ("null", "bool", "int", "float", "timestamp"))

_Entry = tuple[str, yaml.Node, yaml.Node]
"""One entry of a mapping: the key as text, the key's node, the value's node."""
_Extent = tuple[int, int]
"""How many values a node holds, itself included, and how many levels, aliases expanded."""

_AnyLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _LimitError(Exception):
    """The text holds more values, or nests deeper, than is read."""

    def __init__(self, rule: str, message: str, mark: Any) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.mark = mark


class _Loader(_AnyLoader):  # type: ignore[misc]  # its base is chosen at run time
    """PyYAML's loader with a bound: composing recurses in C, where too deep a text would end the process."""

    depth = 0
    count = 0

    def descend_resolver(self, parent: yaml.Node | None, index: Any) -> None:
        self.depth += 1
        self.count += 1
        if parent is not None and self.depth > MAX_DEPTH:
            raise _LimitError("too-deep", f"nested deeper than {MAX_DEPTH} levels", parent.start_mark)
        if parent is not None and self.count > MAX_NODES:
            raise _LimitError("too-large", f"more than {MAX_NODES:,} values", parent.start_mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1


def load_file(path: str | Path, shown_as: str | None = None, found: Diagnostics | None = None) -> Node:
    """Read a manifest file; warnings go into `found`.

    Raises ManifestError when the file is missing, too large, or not YAML.
    """
    shown = shown_as or str(path)
    try:
        with Path(path).open("rb") as file:
            raw = file.read(MAX_TEXT_BYTES + 1)
    except OSError as error:
        raise refusal("unreadable", f"cannot read the file: {error.strerror}", Span(shown, 1, 1)) from None
    if len(raw) > MAX_TEXT_BYTES:
        raise _too_large(shown)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refusal("not-utf-8", "the file is not UTF-8 text", Span(shown, line, 1)) from None
    return load_text(text, shown, found)


def load_text(text: str, file: str = "manifest.yaml", found: Diagnostics | None = None) -> Node:
    """Read manifest text; `file` is its name in messages, and warnings go into `found`.

    Raises ManifestError on wrong YAML, on cycles, and on aliases that expand without measure.
    """
    if len(text) > MAX_TEXT_BYTES:
        raise _too_large(file)
    top = _compose(text, file)
    if top is None:
        raise refusal("empty", "the file is empty", Span(file, 1, 1))
    return _Builder(Source(file, text), Diagnostics() if found is None else found).build(top)


def load_value(text: str) -> Node | None:
    """Read one YAML value that came during the run; None where the text holds none. Raises ManifestError."""
    top = _compose(text, "")
    return None if top is None else _Builder(Source("", text), Diagnostics()).build(top)


def key_text(at: yaml.Node, file: str) -> str:
    """The key of a mapping as text: `true`, `200`. Raises ManifestError for one that is not plain."""
    return _Builder(Source(file, ""), Diagnostics()).key(at)


def _compose(text: str, file: str) -> yaml.Node | None:
    """PyYAML's tree of the text; None where it holds no value. Raises ManifestError."""
    try:
        return yaml.compose(text, Loader=_Loader)
    except _LimitError as error:
        raise refusal(error.rule, error.message, _span(file, error.mark)) from None
    except yaml.MarkedYAMLError as error:
        problem = f"{error.problem or 'not valid YAML'}{f' ({error.context})' if error.context else ''}"
        raise refusal("yaml-syntax", problem, _span(file, error.problem_mark or error.context_mark)) from None
    except yaml.reader.ReaderError as error:
        line = text.encode().count(b"\n", 0, error.position) + 1
        raise refusal("yaml-syntax", "a control character", Span(file, line, 1)) from None
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise refusal("not-utf-8", "half of a surrogate pair", Span(file, line, 1)) from None


def _span(file: str, mark: Any) -> Span:
    return Span(file, mark.line + 1, mark.column + 1) if mark else Span(file, 1, 1)


def _too_large(file: str) -> ManifestError:
    return refusal("too-large", f"the manifest is over {MAX_TEXT_BYTES:,} bytes", Span(file, 1, 1))


def refusal(rule: str, message: str, span: Span, hint: str = "") -> ManifestError:
    """The error of one problem."""
    found = Diagnostics()
    found.error(rule, message, span, hint=hint)
    return ManifestError(found.all)


class _Builder:
    """Turns PyYAML's nodes into ours; an anchored node is built once and shared."""

    def __init__(self, source: Source, found: Diagnostics) -> None:
        self._source = source
        self._found = found
        self._scalars = yaml.constructor.SafeConstructor()
        self._built: dict[int, Node] = {}
        self._extents: dict[int, _Extent] = {}
        self._open: set[int] = set()
        self._merged: dict[int, list[_Entry]] = {}
        self._taken_over = 0

    def build(self, top: yaml.Node) -> Node:
        node = self._node(top, 0)
        if self._extents[id(top)][0] > MAX_NODES:
            raise self._refuse_bomb(top)
        return node

    def _refuse(self, rule: str, message: str, at: yaml.Node, hint: str = "") -> ManifestError:
        return refusal(rule, message, _span(self._source.file, at.start_mark), hint)

    def _refuse_bomb(self, at: yaml.Node) -> ManifestError:
        return self._refuse("alias-bomb", f"the aliases expand to more than {MAX_NODES:,} values", at)

    def _refuse_depth(self, at: yaml.Node) -> ManifestError:
        return self._refuse("too-deep", f"nested deeper than {MAX_DEPTH} levels", at)

    def _node(self, at: yaml.Node, depth: int) -> Node:
        key = id(at)
        if key in self._built:
            if depth + self._extents[key][1] > MAX_DEPTH:
                raise self._refuse_depth(at)
            return self._built[key]
        if key in self._open:
            raise self._refuse("cycle", "this anchor contains itself", at)
        if depth >= MAX_DEPTH:
            raise self._refuse_depth(at)
        self._open.add(key)
        children: list[yaml.Node] = []
        value: Any
        if isinstance(at, yaml.MappingNode):
            entries = self._entries(at, depth)
            children = [value_node for _, _, value_node in entries]
            value = {
                name: self._at_key(self._node(value_node, depth + 1), key_node)
                for name, key_node, value_node in entries
            }
        elif isinstance(at, yaml.SequenceNode):
            self._plain_tag(at, _LIST)
            children = at.value
            value = [self._node(item, depth + 1) for item in children]
        else:
            value = self._scalar(at)
        self._open.discard(key)
        sizes = [self._extents[id(child)] for child in children]
        self._extents[key] = (
            1 + sum(size for size, _ in sizes),
            1 + max((height for _, height in sizes), default=0),
        )
        node = Node(value, self._source, at.start_mark.line + 1, at.start_mark.column + 1)
        self._built[key] = node
        return node

    def _at_key(self, child: Node, key: yaml.Node) -> Node:
        mark = key.start_mark
        return Node(child.value, self._source, child.line, child.col, mark.line + 1, mark.column + 1)

    def _entries(self, at: yaml.MappingNode, depth: int) -> list[_Entry]:
        """The entries of a mapping with `<<` expanded: own keys win, then the last `<<`, as in PyYAML."""
        if id(at) in self._merged:
            return self._merged[id(at)]
        self._plain_tag(at, _MAPPING)
        taken_over: dict[str, _Entry] = {}
        own: dict[str, _Entry] = {}
        for key_node, value_node in at.value:
            if key_node.tag == _MERGE:
                taken_over.update((entry[0], entry) for entry in self._merge(value_node, depth + 1))
                continue
            name = self.key(key_node)
            if name in own:
                self._warn_of_duplicate(name, key_node, own[name][1])
            own[name] = (name, key_node, value_node)
        entries = list({**taken_over, **own}.values())
        self._merged[id(at)] = entries
        return entries

    def _merge(self, at: yaml.Node, depth: int) -> Iterator[_Entry]:
        """The entries that one `<<` takes over, weakest first: in a list, earlier mappings win."""
        for mapping in reversed(at.value) if isinstance(at, yaml.SequenceNode) else [at]:
            if not isinstance(mapping, yaml.MappingNode):
                raise self._refuse("merge-key", "`<<` takes a mapping or a list of mappings", mapping)
            if id(mapping) in self._open:
                raise self._refuse("cycle", "this anchor is merged into itself", mapping)
            if depth > MAX_DEPTH:
                raise self._refuse_depth(mapping)
            self._open.add(id(mapping))
            entries = self._entries(mapping, depth)
            self._open.discard(id(mapping))
            self._taken_over += len(entries)
            if self._taken_over > MAX_NODES:
                raise self._refuse_bomb(mapping)
            yield from entries

    def _warn_of_duplicate(self, name: str, again: yaml.Node, first: yaml.Node) -> None:
        self._found.warning(
            "duplicate-key",
            f"`{name}` is given twice in one mapping, and the last one counts",
            _span(self._source.file, again.start_mark),
            hint=f"the first is on line {first.start_mark.line + 1}",
        )

    def key(self, at: yaml.Node) -> str:
        """The key as text. Raises ManifestError."""
        if at.tag == _STR:
            return str(at.value)
        if not isinstance(at, yaml.ScalarNode):
            raise self._refuse("key", "a key must be text", at)
        value = self._scalar(at)
        if isinstance(value, bool) or value is None:
            return {True: "true", False: "false", None: "null"}[value]
        return str(value)

    def _scalar(self, at: yaml.Node) -> Any:
        if at.tag == _STR:
            return at.value
        if at.tag not in _SCALARS:
            raise self._refuse_tag(at)
        if len(at.value) > MAX_NUMBER_LENGTH:
            raise self._refuse_value(at)
        try:
            value = self._scalars.yaml_constructors[at.tag](self._scalars, at)
        except (ValueError, LookupError, AttributeError, ArithmeticError, yaml.YAMLError):
            raise self._refuse_value(at) from None
        return value.isoformat() if isinstance(value, dt.date) else value

    def _refuse_value(self, at: yaml.Node) -> ManifestError:
        return self._refuse("yaml-value", "a value that cannot be read", at, "quote it if it is text")

    def _plain_tag(self, at: yaml.Node, tag: str) -> None:
        if at.tag != tag:
            raise self._refuse_tag(at)

    def _refuse_tag(self, at: yaml.Node) -> ManifestError:
        hint = "only plain YAML values are read; quote the text if it begins with `!`"
        return self._refuse("yaml-tag", "a tag that is not plain YAML", at, hint)
