"""A rule of the linter: what it looks for, how bad that is, and an example of each outcome, which is also its test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from penstock.authoring import Diagnostic, Node, Placed, Severity
from penstock_builder.edit import Edit
from penstock_builder.lint.examples import Example

Fix = tuple[Edit, ...]
"""The edits that put a problem right without changing what a run does otherwise; none where a person must decide."""


@dataclass(frozen=True, slots=True)
class Found:
    """A problem at a node, or with `at_key` at its key. `severity` is the rule's where it is not given."""

    node: Node
    message: str
    hint: str = ""
    at_key: bool = False
    severity: Severity | None = None
    fix: Fix = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem as it is told, and what would put it right."""

    diagnostic: Diagnostic
    fix: Fix = ()


Check = Callable[[Placed], Iterable[Found]]
"""Looks through the tree of a manifest."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `summary` is a sentence; each of `fails` marks the lines where the rule finds something by `# <-`."""

    id: str
    severity: Severity
    summary: str
    check: Check
    fails: tuple[Example, ...]
    passes: tuple[Example, ...]

    def findings(self, tree: Placed) -> Iterator[Finding]:
        """What the rule finds, each with its place."""
        for found in self.check(tree):
            node = found.node
            yield Finding(
                Diagnostic(
                    self.id,
                    found.message,
                    node.key_span if found.at_key else node.span,
                    found.hint,
                    found.severity or self.severity,
                    node.via[:3],
                ),
                found.fix,
            )
