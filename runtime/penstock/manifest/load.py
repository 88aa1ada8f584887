"""YAML text to nodes: safe tags only, positions kept through anchors and merge keys, sizes bounded.

YAML 1.1 as the reference runtime reads it: `yes` and `on` are booleans, an unquoted date is a date. Here a date is
given back as its ISO text, which is what it becomes in JSON anyway.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from penstock.diagnostics import Diagnostics, Span
from penstock.errors import ManifestError
from penstock.manifest.node import Node, Source

MAX_TEXT_BYTES = 20_000_000
MAX_NODES = 2_000_000
"""Values in the manifest after every alias is expanded; the largest public manifest has some 60,000."""
MAX_DEPTH = 200

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE = "tag:yaml.org,2002:merge"
_STR = "tag:yaml.org,2002:str"

_Entry = tuple[str, yaml.Node, yaml.Node]
"""One entry of a mapping: the key as text, the key's node, the value's node."""


def load_file(path: str | Path, shown_as: str | None = None) -> Node:
    """Read a manifest file.

    Raises ManifestError when the file is missing, too large, or not YAML.
    """
    shown = shown_as or str(path)
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise _refusal(
            "unreadable", f"cannot read the manifest: {error.strerror}", Span(shown, 1, 1)
        ) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refusal("not-utf-8", "the manifest is not UTF-8 text", Span(shown, line, 1)) from None
    return load_text(text, shown)


def load_text(text: str, file: str = "manifest.yaml") -> Node:
    """Read manifest text; `file` is its name in messages.

    Raises ManifestError on wrong YAML, on cycles, and on aliases that expand without measure.
    """
    source = Source(file, text)
    if len(text) > MAX_TEXT_BYTES:
        raise _refusal("too-large", f"the manifest is over {MAX_TEXT_BYTES:,} characters", Span(file, 1, 1))
    try:
        top = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file, 1, 1)
        problem = error.problem or "not valid YAML"
        raise _refusal("yaml-syntax", f"{problem}{_context(error)}", span) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _refusal("yaml-syntax", f"not valid YAML ({type(error).__name__})", Span(file, 1, 1)) from None
    if top is None:
        raise _refusal("empty", "the manifest is empty", Span(file, 1, 1))
    return _Builder(source).build(top)


def _context(error: yaml.MarkedYAMLError) -> str:
    return f" ({error.context})" if error.context else ""


def _refusal(rule: str, message: str, span: Span, hint: str = "") -> ManifestError:
    found = Diagnostics()
    found.error(rule, message, span, hint=hint)
    return ManifestError(found.all)


class _Builder:
    """Turns PyYAML's nodes into ours; an anchored node is built once and shared."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._scalars = yaml.constructor.SafeConstructor()
        self._built: dict[int, Node] = {}
        self._sizes: dict[int, int] = {}
        self._open: set[int] = set()
        self._merged: dict[int, list[_Entry]] = {}

    def build(self, top: yaml.Node) -> Node:
        node = self._node(top, 0)
        if self._sizes[id(top)] > MAX_NODES:
            raise self._refuse("alias-bomb", f"the aliases expand to more than {MAX_NODES:,} values", top)
        return node

    def _refuse(self, rule: str, message: str, at: yaml.Node, hint: str = "") -> ManifestError:
        return _refusal(rule, message, self._span(at), hint)

    def _span(self, at: yaml.Node) -> Span:
        return Span(self._source.file, at.start_mark.line + 1, at.start_mark.column + 1)

    def _node(self, at: yaml.Node, depth: int) -> Node:
        key = id(at)
        if key in self._built:
            return self._built[key]
        if key in self._open:
            raise self._refuse("cycle", "this anchor contains itself", at)
        if depth > MAX_DEPTH:
            raise self._refuse("too-deep", f"nested deeper than {MAX_DEPTH} levels", at)
        self._open.add(key)
        size = 1
        if isinstance(at, yaml.MappingNode):
            value: Any = {}
            for name, key_node, value_node in self._entries(at):
                child = self._node(value_node, depth + 1)
                mark = key_node.start_mark
                value[name] = Node(
                    child.value, self._source, child.line, child.col, mark.line + 1, mark.column + 1
                )
                size += self._sizes[id(value_node)]
        elif isinstance(at, yaml.SequenceNode):
            value = [self._node(item, depth + 1) for item in at.value]
            size += sum(self._sizes[id(item)] for item in at.value)
        else:
            value = self._scalar(at)
        self._open.discard(key)
        self._sizes[key] = size
        node = Node(value, self._source, at.start_mark.line + 1, at.start_mark.column + 1)
        self._built[key] = node
        return node

    def _entries(self, at: yaml.MappingNode) -> list[_Entry]:
        """The entries of a mapping with `<<` expanded: own keys win, then earlier merges."""
        if id(at) in self._merged:
            return self._merged[id(at)]
        taken_over: dict[str, _Entry] = {}
        own: dict[str, _Entry] = {}
        for key_node, value_node in at.value:
            if key_node.tag == _MERGE:
                for entry in self._merge(value_node):
                    taken_over.setdefault(entry[0], entry)
            else:
                name = self._key(key_node)
                own[name] = (name, key_node, value_node)
        entries = list({**taken_over, **own}.values())
        self._merged[id(at)] = entries
        return entries

    def _merge(self, at: yaml.Node) -> list[_Entry]:
        if id(at) in self._open:
            raise self._refuse("cycle", "this anchor is merged into itself", at)
        if isinstance(at, yaml.SequenceNode):
            return [entry for item in at.value for entry in self._merge(item)]
        if not isinstance(at, yaml.MappingNode):
            raise self._refuse("merge-key", "`<<` takes a mapping or a list of mappings", at)
        self._open.add(id(at))
        entries = self._entries(at)
        self._open.discard(id(at))
        return entries

    def _key(self, at: yaml.Node) -> str:
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
        construct = self._scalars.yaml_constructors.get(at.tag)
        if construct is None:
            hint = "only plain YAML values are read; quote the text if it begins with `!`"
            raise self._refuse("yaml-tag", "a tag that is not plain YAML", at, hint)
        try:
            value = construct(self._scalars, at)
        except (ValueError, yaml.YAMLError):
            raise self._refuse(
                "yaml-value", "a value that cannot be read", at, "quote it if it is text"
            ) from None
        if isinstance(value, dt.date | dt.datetime):
            return value.isoformat()
        if isinstance(value, bytes):
            raise self._refuse("yaml-value", "binary values have no place in a manifest", at)
        return value
