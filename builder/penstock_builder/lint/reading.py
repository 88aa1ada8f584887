"""The rules by which reading a manifest already finds problems, and the fixes for those of them that are misspellings."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from penstock.authoring import Diagnostic, Node, Placed
from penstock_builder.edit import Edit

READING: Mapping[str, str] = {
    "alias-bomb": "Aliases expand to more values than are read.",
    "cycle": "An anchor contains itself.",
    "duplicate-key": "A key is given twice in one mapping, and the last one counts.",
    "empty": "The manifest is empty.",
    "expression-syntax": "An expression does not parse.",
    "invalid-setting": "Settings of one component do not go together.",
    "key": "A key of a mapping is no text.",
    "merge-key": "A merge key takes over something that is no mapping.",
    "misplaced-component": "A component stands where another kind is needed.",
    "missing-field": "A component lacks a field that it needs.",
    "missing-type": "A component does not say its type, and none is implied.",
    "not-an-option": "A word is none of those that a field takes.",
    "not-utf-8": "The manifest is not UTF-8 text.",
    "parameter-overrides-falsy": "A parameter replaces a value that is empty, zero or false, which does not count as given.",
    "reference-bomb": "References expand to more values than are read.",
    "reference-cycle": "A reference leads back to itself.",
    "too-deep": "The manifest is nested too deep.",
    "too-large": "The manifest is too large.",
    "undefined-reference": "A reference leads to nothing.",
    "unknown-component": "A component is none of this version.",
    "unknown-field": "A component has no field of this name.",
    "unknown-name": "An expression reads a name that there is not at its place.",
    "unreadable": "The manifest cannot be read.",
    "wrong-type": "A value is of another type than its field takes.",
    "yaml-syntax": "The text is no YAML.",
    "yaml-tag": "A YAML tag is not a plain one.",
    "yaml-value": "A YAML value cannot be read.",
}
"""What each of them says, by id."""

_CLOSE = 0.75
"""How alike two words are (0 to 1) of which one is taken for a misspelling of the other."""


def fix_of(problem: Diagnostic, tree: Placed | None) -> tuple[Edit, ...]:
    """The edit for a misspelt key or component of which only one is close; none for other problems."""
    if tree is None or problem.via:
        return ()
    if problem.rule == "unknown-field":
        return _renamed_key(problem, tree)
    return ()


def _renamed_key(problem: Diagnostic, tree: Placed) -> tuple[Edit, ...]:
    for part in tree.walk():
        for key, child in part.node.value.items():
            if child.key_span == problem.span and part.spec.field(key) is None:
                known = [field.name for field in part.spec.fields]
                return _rename(key, known, part.node, child)
    return ()


def _rename(key: str, known: Iterable[str], holder: Node, child: Node) -> tuple[Edit, ...]:
    close = difflib.get_close_matches(key, list(known), n=2, cutoff=_CLOSE)
    if len(close) != 1 or holder.get(close[0]) is not None:
        return ()
    return (Edit(child.key_line, child.key_col, key, close[0]),)
