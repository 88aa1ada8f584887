"""The linter: what the reference runtime accepts in silence, and what is likely not meant.

Problems that reading a manifest finds (`registry/decode.py` of the runtime) are told together with those of the rules,
each of which is one file of `rules/`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from penstock.authoring import Diagnostic, Reading
from penstock_builder.lint import rules
from penstock_builder.lint.reading import READING, fix_of
from penstock_builder.lint.rule import Finding, Rule


@lru_cache(maxsize=1)
def all_rules() -> Mapping[str, Rule]:
    """The rules that are files of `rules/`, by id, in alphabetical order."""
    names = [module.name for module in pkgutil.iter_modules(rules.__path__)]
    found: list[Rule] = [importlib.import_module(f"{rules.__name__}.{name}").RULE for name in names]
    return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}


def all_ids() -> list[str]:
    """Every rule that may be told of, those of reading included."""
    return sorted({*all_rules(), *READING})


def lint(reading: Reading, wanted: Iterable[str] | None = None) -> list[Finding]:
    """What is found in a manifest, in file order, each once; with `wanted` only by these rules."""
    chosen = set(all_ids() if wanted is None else wanted)
    found = [
        Finding(problem, fix_of(problem, reading.tree))
        for problem in reading.found
        if wanted is None or problem.rule in chosen
    ]
    found += _of_rules(reading, chosen)
    once: dict[object, Finding] = {}
    for finding in found:
        told = finding.diagnostic
        once.setdefault((told.rule, told.message, told.span), finding)
    return sorted(once.values(), key=lambda finding: _place(finding.diagnostic))


def _of_rules(reading: Reading, chosen: set[str]) -> Iterator[Finding]:
    if reading.tree is not None:
        for rule in all_rules().values():
            if rule.id in chosen:
                yield from rule.findings(reading.tree)


def _place(told: Diagnostic) -> tuple[str, int, int, str]:
    return told.span.file, told.span.line, told.span.col, told.rule
