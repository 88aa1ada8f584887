from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.diagnostics import MOST_TOLD, Diagnostic, Diagnostics, Span, told_briefly

UNKNOWN = Diagnostic(
    "unknown-field",
    "CursorPagination has no field `cursor_valu`",
    Span("shop.yaml", 2, 3),
    hint="did you mean `cursor_value`?",
    via=(Span("shop.yaml", 7, 15), Span("shop.yaml", 9, 11)),
)


def test_a_problem_reads_as_place_rule_message_and_hint() -> None:
    """The first line is what editors make a link of; the references that led there come innermost first."""
    assert str(UNKNOWN) == (
        "shop.yaml:2:3: error[unknown-field] CursorPagination has no field `cursor_valu`\n"
        "  used by: shop.yaml:7:15\n"
        "  used by: shop.yaml:9:11\n"
        "  hint: did you mean `cursor_value`?"
    )


def test_a_problem_without_hint_is_one_line() -> None:
    """Warnings say that they are."""
    problem = Diagnostic("duplicate-key", "`a` is given twice", Span("shop.yaml", 2, 3), severity="warning")

    assert str(problem) == "shop.yaml:2:3: warning[duplicate-key] `a` is given twice"


def test_a_problem_is_shown_with_its_line() -> None:
    """And a caret under the column."""
    source = "type: CursorPagination\n  cursor_valu: x\n"

    assert UNKNOWN.render(source).splitlines()[:4] == [
        "shop.yaml:2:3: error[unknown-field] CursorPagination has no field `cursor_valu`",
        "  2 |   cursor_valu: x",
        "    |   ^",
        "  used by: shop.yaml:7:15",
    ]


@pytest.mark.parametrize("source", ["", "one line"])
def test_a_problem_past_the_end_is_shown_without_a_line(source: str) -> None:
    """An unclosed bracket is found where the text ends."""
    assert UNKNOWN.render(source) == str(UNKNOWN)


spans = st.builds(Span, st.sampled_from(["a.yaml", "b.yaml"]), st.integers(1, 5), st.integers(1, 5))
problems = st.builds(
    Diagnostic,
    st.sampled_from(["r", "s"]),
    st.sampled_from(["m", "n"]),
    spans,
    severity=st.sampled_from(["error", "warning"]),
)


@given(st.lists(problems))
def test_problems_are_given_once_and_in_file_order(found: list[Diagnostic]) -> None:
    """However many anchors and references lead to the place, and in whatever order the manifest is walked."""
    diagnostics = Diagnostics()
    for problem in found:
        diagnostics.add(problem)

    places = [(p.span.file, p.span.line, p.span.col) for p in diagnostics.all]

    assert places == sorted(places)
    assert {(p.rule, p.message, p.span) for p in diagnostics.all} == {
        (p.rule, p.message, p.span) for p in found
    }
    assert len(diagnostics.all) == len({(p.rule, p.message, p.span) for p in found})
    assert diagnostics.errors == tuple(p for p in diagnostics.all if p.severity == "error")


def test_errors_stop_a_manifest_and_warnings_do_not() -> None:
    """Both are filed in one place."""
    found = Diagnostics()
    found.warning("unknown-name", "there is no `recrd`", UNKNOWN.span, hint="did you mean `record`?")
    found.error("missing-type", "here needs a `type`", UNKNOWN.span, via=UNKNOWN.via)

    assert [(p.rule, p.severity) for p in found.all] == [
        ("missing-type", "error"),
        ("unknown-name", "warning"),
    ]
    assert [p.rule for p in found.errors] == ["missing-type"]
    assert found.all[0].via == UNKNOWN.via
    assert found.all[1].hint == "did you mean `record`?"


@pytest.mark.parametrize(
    ("count", "last"),
    [
        pytest.param(0, [], id="none"),
        pytest.param(MOST_TOLD, [], id="as many as are told"),
        pytest.param(MOST_TOLD + 2, ["2 more warnings; `penstock lint` shows them all"], id="more"),
    ],
)
def test_a_run_tells_only_the_first_warnings(count: int, last: list[str]) -> None:
    """It has other things to say."""
    told = told_briefly([UNKNOWN] * count)

    assert told == [str(UNKNOWN)] * min(count, MOST_TOLD) + last
