from __future__ import annotations

import re
from pathlib import Path

import pytest

from penstock.authoring import read_text
from penstock_builder.lint import all_rules, lint
from penstock_builder.lint.examples import Example
from penstock_builder.lint.reading import READING
from penstock_builder.lint.rule import Rule

RUNTIME = Path(__file__).parents[3] / "runtime/penstock"

FAILS = [
    pytest.param(rule, e, id=f"{rule.id}-{n}")
    for rule in all_rules().values()
    for n, e in enumerate(rule.fails)
]
PASSES = [
    pytest.param(rule, e, id=f"{rule.id}-{n}")
    for rule in all_rules().values()
    for n, e in enumerate(rule.passes)
]


@pytest.mark.parametrize(("rule", "example"), FAILS)
def test_a_rule_finds_what_its_example_marks(rule: Rule, example: Example) -> None:
    """On the marked lines and on no other, at the first character of a key or a value."""
    found = [
        finding.diagnostic for finding in lint(read_text(example.text)) if finding.diagnostic.rule == rule.id
    ]
    lines = example.text.splitlines()

    assert example.marked
    assert sorted({told.span.line for told in found}) == list(example.marked)
    for told in found:
        line = lines[told.span.line - 1]
        assert re.match(r"[\w{\[\"'*$-]", line[told.span.col - 1 :]), line
        assert told.span.col == 1 or line[told.span.col - 2] in " {[\"'"


@pytest.mark.parametrize(("rule", "example"), PASSES)
def test_a_rule_lets_its_counterexample_pass(rule: Rule, example: Example) -> None:
    """What is right beside it is not told of."""
    assert [str(f.diagnostic) for f in lint(read_text(example.text)) if f.diagnostic.rule == rule.id] == []


@pytest.mark.parametrize(("rule", "example"), [*FAILS, *PASSES])
def test_examples_are_good_manifests_otherwise(rule: Rule, example: Example) -> None:
    """Whoever copies one copies nothing wrong but what it shows."""
    found = [f.diagnostic for f in lint(read_text(example.text))]

    others = [str(told) for told in found if told.rule != rule.id and told.severity != "note"]
    assert [told for told in others if "[custom-code]" not in told] == []


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_a_rule_is_where_its_name_says(rule: Rule) -> None:
    """And says in a sentence what it finds."""
    assert rule.check.__module__.rpartition(".")[2] == rule.id.replace("-", "_")
    assert rule.summary.endswith(".")
    assert rule.fails
    assert rule.passes


def test_every_rule_of_reading_is_listed() -> None:
    """What the runtime may tell of has a sentence here."""
    sources = "\n".join(
        path.read_text()
        for folder in ("manifest", "registry", "plan")
        for path in (RUNTIME / folder).glob("*.py")
    )
    told = set(
        re.findall(
            r"(?:\.error|\.warning|_refusal|_refuse|refuse|_LimitError|report)\(\s*\"([a-z0-9-]+)\"", sources
        )
    )

    assert told - {"custom-code"} <= READING.keys()
    assert len(told) > 15
