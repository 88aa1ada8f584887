"""The only shape in which a problem with a manifest reaches a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from penstock.lean import dataclass

Severity = Literal["error", "warning", "note"]
"""An error stops the manifest, a warning is likely a mistake, a note is what could be better."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a value was written. `line` and `col` are 1-based, as editors show them."""

    file: str
    line: int
    col: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: its place, its rule, what is wrong, and what to do about it.

    `via` lists the `$ref` sites that led to the place, innermost first.
    """

    rule: str
    message: str
    span: Span
    hint: str = ""
    severity: Severity = "error"
    via: tuple[Span, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.span}: {self.severity}[{self.rule}] {self.message}"]
        lines += [f"  used by: {site}" for site in self.via]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)

    def render(self, source: str) -> str:
        """Give the diagnostic as text with its line of `source` and a caret under the column."""
        lines = source.splitlines()
        if not 0 < self.span.line <= len(lines):
            return str(self)
        line = lines[self.span.line - 1]
        number = str(self.span.line)
        head, *rest = str(self).splitlines()
        excerpt = [f"  {number} | {line}", f"  {' ' * len(number)} | {' ' * (self.span.col - 1)}^"]
        return "\n".join([head, *excerpt, *rest])


MOST_TOLD = 5


def told_briefly(warnings: Sequence[Diagnostic]) -> list[str]:
    """A text for each of the first warnings, and how many more there are: a run has other things to say."""
    texts = [str(warning) for warning in warnings[:MOST_TOLD]]
    if len(warnings) > MOST_TOLD:
        texts.append(f"{len(warnings) - MOST_TOLD} more warnings; `penstock lint` shows them all")
    return texts


class Diagnostics:
    """Collects problems; nothing is thrown until the reader of the manifest is done."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, Span], Diagnostic] = {}

    def add(self, diagnostic: Diagnostic) -> None:
        """File a problem once, however many times an anchor or `$ref` leads to its place."""
        self._found.setdefault((diagnostic.rule, diagnostic.message, diagnostic.span), diagnostic)

    def error(
        self, rule: str, message: str, span: Span, *, hint: str = "", via: tuple[Span, ...] = ()
    ) -> None:
        """File a problem that stops the manifest from running."""
        self.add(Diagnostic(rule, message, span, hint, "error", via))

    def warning(
        self, rule: str, message: str, span: Span, *, hint: str = "", via: tuple[Span, ...] = ()
    ) -> None:
        """File a problem that the reference runtime accepts in silence."""
        self.add(Diagnostic(rule, message, span, hint, "warning", via))

    @property
    def all(self) -> tuple[Diagnostic, ...]:
        """Every problem, in file order."""
        return tuple(
            sorted(self._found.values(), key=lambda d: (d.span.file, d.span.line, d.span.col, d.rule))
        )

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The problems that stop the manifest, in file order."""
        return tuple(d for d in self.all if d.severity == "error")
