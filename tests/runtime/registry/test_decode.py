from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from penstock.components.checks import CHECK
from penstock.components.pagination import PAGINATION_STRATEGY
from penstock.components.selectors import RECORD_SELECTOR
from penstock.diagnostics import Diagnostics
from penstock.hints import listed
from penstock.manifest.load import load_text
from penstock.manifest.parameters import hand_down_parameters
from penstock.manifest.references import resolve_references
from penstock.registry import all_components
from penstock.registry.decode import Decoder, Grammar
from penstock.registry.kinds import Kind
from penstock.registry.values import INVALID

NAMES = [name for name, spec in all_components().items() if spec.kind == PAGINATION_STRATEGY]
ONE_OF = f"one of {listed(NAMES)}"


def decode(text: str, kind: Kind[Any] = PAGINATION_STRATEGY, implied: str = "") -> tuple[Any, list[str]]:
    """The component that the text describes, and the problems with it as people read them."""
    found = Diagnostics()
    root = resolve_references(load_text(dedent(text), "shop.yaml"), found)
    made = Decoder(found).component(hand_down_parameters(root, Grammar(), found), kind, implied, "here")
    return made, [str(problem) for problem in found.all]


def test_a_component_is_made_of_its_fields() -> None:
    """What is missing, or null, has its default."""
    made, problems = decode("{type: CursorPagination, cursor_value: '{{ response.next }}', page_size: ~}")

    assert problems == []
    assert type(made).__name__ == "CursorPagination"
    assert made.cursor_value.template.text == "{{ response.next }}"
    assert (made.stop_condition, made.page_size) == (None, None)


def test_a_component_may_be_meant_by_its_place() -> None:
    """A selector's extractor is a DpathExtractor where nothing else is said; so is the selector itself."""
    made, problems = decode("{extractor: {field_path: [items]}}", RECORD_SELECTOR, "RecordSelector")

    assert problems == []
    assert type(made.extractor).__name__ == "DpathExtractor"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "{}",
            f"1:1: error[missing-type] here needs a `type`\n  hint: {ONE_OF}",
            id="no type",
        ),
        pytest.param(
            "{type: 5}",
            "1:8: error[wrong-type] `type` takes text, not a number",
            id="a type that is a number",
        ),
        pytest.param(
            "{type: CursorPaginaton}",
            "1:8: error[unknown-component] `CursorPaginaton` is not a component of this version (here)\n  hint: did you mean `CursorPagination`?",
            id="a type with a slip",
        ),
        pytest.param(
            "{type: Teleporter}",
            f"1:8: error[unknown-component] `Teleporter` is not a component of this version (here)\n  hint: {ONE_OF}",
            id="a type that is not there yet",
        ),
        pytest.param(
            "{type: DpathExtractor}",
            f"1:8: error[misplaced-component] `DpathExtractor` does not go here (here)\n  hint: {ONE_OF}",
            id="a type of another kind",
        ),
        pytest.param(
            "{type: CursorPagination}",
            "1:1: error[missing-field] CursorPagination needs `cursor_value`: the token of the next page; an empty one ends the stream.",
            id="a field missing",
        ),
        pytest.param(
            "{type: CursorPagination, cursor_value: ~}",
            "1:1: error[missing-field] CursorPagination needs `cursor_value`: the token of the next page; an empty one ends the stream.",
            id="a field that is null",
        ),
        pytest.param(
            "{type: CursorPagination, cursor_value: []}",
            "1:40: error[wrong-type] CursorPagination.cursor_value takes text, not a list of 0",
            id="a value of another type",
        ),
        pytest.param(
            "{type: CursorPagination, cursor_value: '{{ x'}",
            "1:40: error[expression-syntax] the expression does not parse: unexpected end of template, expected 'end of print statement'.",
            id="an expression that does not end",
        ),
        pytest.param(
            "{type: CursorPagination, cursor_value: x, stop_conditon: y}",
            "1:43: warning[unknown-field] CursorPagination has no field `stop_conditon`\n  hint: did you mean `stop_condition`?",
            id="a field with a slip",
        ),
        pytest.param(
            "{type: CursorPagination, cursor_value: x, notes: y}",
            "1:43: warning[unknown-field] CursorPagination has no field `notes`\n  hint: its fields are `cursor_value`, `page_size`, `stop_condition`, `type`",
            id="a field that is not there",
        ),
        pytest.param(
            "{type: CursorPagination, cursor_value: x, extra: {type: Teleporter}}",
            "1:50: error[unknown-component] `Teleporter` is not a component of this version (CursorPagination.extra)",
            id="a component of the language in a field that is not there",
        ),
        pytest.param(
            "{type: CursorPagination, cursor_value: '{{ respnse.next }}'}",
            "1:40: warning[unknown-name] there is no `respnse` in CursorPagination.cursor_value\n  hint: did you mean `response`?",
            id="a variable with a slip",
        ),
        pytest.param(
            "{type: CursorPagination, cursor_value: '{{ nowutc() }}'}",
            "1:40: warning[unknown-name] there is no `nowutc` in CursorPagination.cursor_value\n  hint: did you mean `now_utc`?",
            id="a function with a slip",
        ),
        pytest.param(
            "{type: CursorPagination, cursor_value: x, page_size: '{{ zzz }}'}",
            "1:54: warning[unknown-name] there is no `zzz` in CursorPagination.page_size\n  hint: known here are `config`, `parameters`",
            id="a variable that is not there",
        ),
    ],
)
def test_a_problem_has_a_place_a_rule_and_a_hint(text: str, problem: str) -> None:
    """Warnings are for what the reference runtime accepts in silence."""
    _, problems = decode(text)

    assert problems == [f"shop.yaml:{problem}"]


def test_a_component_with_an_error_is_not_made_and_one_with_a_warning_is() -> None:
    """Whoever asked goes on to look for further problems."""
    assert decode("{type: CursorPagination}")[0] is INVALID
    assert decode("{type: CursorPagination, cursor_value: x, notes: y}")[0] is not INVALID


def test_every_problem_is_told_at_once_in_file_order() -> None:
    """A manifest is not mended one message at a time."""
    _, problems = decode(
        """\
        record_filter: {type: RecordFilter, condition: "{{ record"}
        extractor: {type: DpathExtractor, field_path: items}
        extracter: {field_path: []}
        """,
        RECORD_SELECTOR,
        "RecordSelector",
    )

    assert [problem.split(" ")[:2] for problem in problems] == [
        ["shop.yaml:1:48:", "error[expression-syntax]"],
        ["shop.yaml:2:47:", "error[wrong-type]"],
        ["shop.yaml:3:1:", "warning[unknown-field]"],
    ]


def test_a_problem_in_a_shared_part_is_told_once_and_says_who_uses_it() -> None:
    """At the place where it was written, with the `$ref` that led there."""
    _, problems = decode(
        """\
        $ref: "#/parts/selector"
        parts:
          path: {type: DpathExtractor, field_path: items}
          selector:
            extractor: {$ref: "#/parts/path"}
        """,
        RECORD_SELECTOR,
        "RecordSelector",
    )

    assert problems[-1] == (
        "shop.yaml:3:44: error[wrong-type] DpathExtractor.field_path takes a list of text, not text\n"
        "  used by: shop.yaml:5:23\n"
        "  used by: shop.yaml:1:7"
    )


def test_a_setting_that_contradicts_another_is_told_at_its_field() -> None:
    """Components check what one field alone cannot show."""
    _, problems = decode("{type: CheckStream}", CHECK)

    assert problems == [
        "shop.yaml:1:1: error[invalid-setting] CheckStream needs `stream_names` or `dynamic_streams_check_configs`"
    ]


def test_parameters_that_are_no_field_are_no_unknown_field() -> None:
    """They are handed to every component below, whether it has such a field or not; expressions read them."""
    made, problems = decode(
        "{type: CursorPagination, cursor_value: \"{{ parameters['token'] }}\", $parameters: {token: abc}}"
    )

    assert problems == []
    assert made.cursor_value({}) == "abc"


def test_a_shared_component_is_decoded_once() -> None:
    """What references share stays shared, in time and in memory."""
    found = Diagnostics()
    root = resolve_references(
        load_text("{part: {type: CursorPagination, cursor_value: x}, a: '#/part', b: '#/part'}"), found
    )
    decoder = Decoder(found)

    first, second = (decoder.component(root.value[name], PAGINATION_STRATEGY) for name in "ab")

    assert first is second


@pytest.mark.parametrize(
    ("parent", "field", "custom", "implied"),
    [
        pytest.param("", "", False, "DeclarativeSource", id="the manifest itself"),
        pytest.param("DeclarativeSource", "streams", False, "DeclarativeStream", id="by its place"),
        pytest.param("HttpRequester", "authenticator", False, "", id="a place that implies none"),
        pytest.param(
            "HttpRequester", "authenticator", True, "CustomAuthenticator", id="with a class of its own"
        ),
        pytest.param("HttpRequester", "no_such_field", False, "", id="a field that is not there"),
        pytest.param("NoSuchComponent", "streams", False, "", id="a component that is not there"),
    ],
)
def test_the_grammar_knows_the_type_that_is_meant(
    parent: str, field: str, custom: bool, implied: str
) -> None:
    """A mapping without `type` has one by its place."""
    assert Grammar().implied_type(parent, field, custom=custom) == implied


def test_the_grammar_knows_the_fields_of_a_component() -> None:
    """Parameters that replace one of them are worth a warning."""
    assert Grammar().has_field("HttpRequester", "url")
    assert not Grammar().has_field("HttpRequester", "name")
    assert not Grammar().has_field("NoSuchComponent", "url")
