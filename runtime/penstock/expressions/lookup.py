"""The fast tier: a template of plain look-ups, such as `{{ record['id'] }}` or `orders/{{ slice.id }}`, becomes a closure.

Found on Jinja's own syntax tree. The closure only answers where it surely gives what Jinja gives; for anything else
(an attribute of a Python type, a value that is no plain dict or list) it says so and the template tier runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

from penstock.expressions.scope import Slice

Json = Any
Scope = Mapping[str, Json]


class _Answer:
    """A look-up's answer that is not a value."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


MISSING = _Answer("MISSING")
"""The last step found nothing: renders as empty text."""
UNDEFINED = _Answer("UNDEFINED")
"""A step before the last found nothing: Jinja raises UndefinedError."""
UNSURE = _Answer("UNSURE")
"""Only the template tier can tell."""

Lookup = Callable[[Scope], Json]
_Step = tuple[str | int, bool, Json]
"""Key or index; whether it was written `.get(key, default)`; that default."""

_PRINTS = 2**63
"""Python does not print every number."""

_PYTHON_NAMES = frozenset(name for kind in (Slice, list, str, int, float, bool) for name in dir(kind))


def find_lookup(template: nodes.Template) -> Lookup | None:
    """Give the closure for a template that is one path, or text with paths in it; else None."""
    if len(template.body) != 1 or not isinstance(template.body[0], nodes.Output):
        return None
    parts = [_part(node) for node in template.body[0].nodes]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return known[0] if len(known) == 1 and not isinstance(known[0], str) else _joined(known)


def _part(node: nodes.Node) -> str | Lookup | None:
    if isinstance(node, nodes.TemplateData):
        return node.data
    path = _path(node)
    return None if path is None else _closure(*path)


def _joined(parts: list[str | Lookup]) -> Lookup:
    """Text with look-ups in it, such as a path of a URL."""

    def look_up(scope: Scope) -> Json:
        texts = []
        for part in parts:
            value = part if isinstance(part, str) else part(scope)
            if type(value) is str:
                texts.append(value)
            elif type(value) is int and -_PRINTS <= value <= _PRINTS:
                texts.append(str(value))
            elif value is UNDEFINED:
                return UNDEFINED
            elif value is not MISSING:
                return UNSURE
        return "".join(texts)

    return look_up


def _path(node: nodes.Node) -> tuple[str, list[_Step]] | None:
    steps: list[_Step] = []
    while not isinstance(node, nodes.Name):
        step = _step(node)
        if step is None:
            return None
        node, found = step
        steps.append(found)
    return node.name, steps[::-1]


def _step(node: nodes.Node) -> tuple[nodes.Node, _Step] | None:
    if isinstance(node, nodes.Getattr):
        return None if node.attr in _PYTHON_NAMES else (node.node, (node.attr, False, None))
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        key = node.arg.value
        if type(key) is int or (type(key) is str and key not in _PYTHON_NAMES):
            return node.node, (key, False, None)
        return None
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "get":
        if node.kwargs or node.dyn_args or node.dyn_kwargs or not 1 <= len(node.args) <= 2:
            return None
        if not all(isinstance(arg, nodes.Const) for arg in node.args):
            return None
        key, *default = (arg.value for arg in node.args if isinstance(arg, nodes.Const))
        if type(key) is not str:
            return None
        return node.node.node, (key, True, default[0] if default else None)
    return None


def _closure(root: str, steps: list[_Step]) -> Lookup:
    if not steps:
        return lambda scope: scope[root]
    if len(steps) == 1 and type(steps[0][0]) is str and not steps[0][1]:
        return _one_key(root, steps[0][0])
    *middle, last = steps

    def look_up(scope: Scope) -> Json:
        here = scope[root]
        for step in middle:
            here = _take(here, step)
            if here is MISSING:
                return UNDEFINED
            if here is UNSURE:
                return UNSURE
        return _take(here, last)

    return look_up


def _one_key(root: str, key: str) -> Lookup:
    """The commonest path by far: `{{ record['id'] }}`."""

    def look_up(scope: Scope) -> Json:
        here = scope[root]
        return here.get(key, MISSING) if type(here) is dict or type(here) is Slice else UNSURE

    return look_up


def _take(here: Json, step: _Step) -> Json:
    key, is_get, default = step
    if type(key) is str and (type(here) is dict or type(here) is Slice):
        return here.get(key, default if is_get else MISSING)
    if type(here) is list and type(key) is int:
        return here[key] if -len(here) <= key < len(here) else MISSING
    return UNSURE
