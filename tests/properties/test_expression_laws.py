"""Laws that hold for every expression and every value, whatever the manifest says."""

from __future__ import annotations

import ast
import traceback
from typing import Any

import jinja2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from penstock.diagnostics import Span
from penstock.errors import ExpressionError
from penstock.expressions.compile import Scope, Template, syntax_problem
from penstock.expressions.filters import FILTERS
from penstock.expressions.literals import coerce_text, coerce_value
from penstock.expressions.macros import MACROS, clock_macros, system_clock
from penstock.expressions.scope import LastRecord, Slice

Json = Any
PLACE = Span("shop.yaml", 1, 1)
CHANGING = {*clock_macros(system_clock), "generate_uuid"}
"""Functions that give something else the next time."""

keys = st.sampled_from(["id", "_id", "items", "data", "get", "0"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
literals = st.sampled_from(["1", "-1.5", "1_000", "0x1F", "007", "True", "true", "None", "[1, 'a']", "{'a': 1}", "2024-01-31", "'x'", " 5 ", "5J"])  # fmt: skip
json_values = st.recursive(
    scalars | literals,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
)
objects = st.dictionaries(keys, json_values, max_size=4)
result_types = st.sampled_from([None, (str,), (str, list), (int,), (dict, list)])


def outcome(template: Template, scope: Scope, *how: Any, strict: bool = False) -> str:
    """The result as Python writes it, so that `1`, `1.0` and `True` differ; or that there was none."""
    try:
        return repr(template.evaluate(scope, *how, strict=strict))
    except ExpressionError:
        return "ExpressionError"


@st.composite
def look_ups(draw: st.DrawFn) -> str:
    """A path from `record`, such as `record['id'].get('items', 1)[0]`."""
    steps = st.one_of(
        keys.filter(str.isidentifier).map(lambda key: f".{key}"),
        keys.map(lambda key: f"[{key!r}]"),
        st.integers(-2, 2).map(lambda index: f"[{index}]"),
        keys.map(lambda key: f".get({key!r})"),
        st.tuples(keys, st.sampled_from([0, "", "none"])).map(lambda given: f".get{given!r}"),
    )
    return "record" + "".join(draw(st.lists(steps, max_size=4)))


@given(look_ups(), json_values | objects.map(Slice) | objects.map(LastRecord), result_types, st.booleans())
@example("record.id", {"id": [[[[[["1"]]]]]]}, None, False)
@example("record['x']", {"x": ast.literal_eval("[" * 90 + "]" * 90)}, None, False)
def test_a_look_up_gives_what_the_compiled_template_gives(
    path: str, record: Json, types: Any, strict: bool
) -> None:
    """The fast tier is an optimisation, and no one can tell; the empty expression behind makes it a template."""
    fast, compiled = f"{{{{ {path} }}}}", f"{{{{ {path} }}}}{{{{ '' }}}}"

    results = {
        outcome(Template(text, PLACE, {}), {"record": record}, types, "default", strict=strict)
        for text in (fast, compiled)
    }

    # A bound method shows its address, which differs with each record that is wrapped.
    assert len(results) == 1 or all("object at 0x" in result for result in results)


texts_around = st.sampled_from(["", "/", " ", "1", "[", "'", "\n", "{# a note #}"])


@given(
    st.lists(st.tuples(texts_around, look_ups()), min_size=1, max_size=3),
    texts_around,
    json_values,
    result_types,
)
def test_text_with_look_ups_in_it_is_what_the_compiled_template_gives(
    parts: list[tuple[str, str]], end: str, record: Json, types: Any
) -> None:
    """Nor can anyone tell where paths stand in a text."""
    text = "".join(f"{before}{{{{ {path} }}}}" for before, path in parts)

    results = {
        outcome(Template(whole, PLACE, {}), {"record": record}, types, "default")
        for whole in (f"{text}{end}", f"{text}{{{{ '' }}}}{end}")
    }

    assert len(results) == 1


literal_like = st.one_of(
    st.text(),
    st.from_regex(r"[+-]?[0-9_]{1,6}([.eEjxob][0-9a-f_]{0,4}){0,2}", fullmatch=True),
    st.from_regex(r"\d{4}-\d\d-\d\d([T jeE_.]\S{0,5})?", fullmatch=True),
    st.from_regex(r"(True|False|None|set|Set|s\u0435t|[bruBRUf]{0,2}['\"])[()'\" xyz]{0,4}", fullmatch=True),
    st.lists(
        st.sampled_from([*"0179-+.,:eEjJ_[]{}()'\"\\ #\n", "set", "True", "None", "b'"]), max_size=8
    ).map("".join),
    json_values.map(repr),
)


@given(literal_like, result_types)
@example("1" * 19, None)
@example("-0", None)
@example("00", None)
@example("\uff53\uff45\uff54()", None)
def test_a_text_becomes_the_literal_that_python_reads(text: str, types: Any) -> None:
    """`ast.literal_eval` is the specification, and complex numbers are no JSON; the shortcuts change nothing."""
    try:
        specified = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        specified = text
    if isinstance(specified, complex) or (types is not None and not isinstance(specified, types)):
        specified = text

    assert repr(coerce_text(text, types)) == repr(specified)


@given(json_values, result_types)
def test_a_value_becomes_what_its_text_becomes(value: Json, types: Any) -> None:
    """Results are text by the language's rule; the detour over text is left out where it cannot matter."""
    assert repr(coerce_value(value, types)) == repr(coerce_text(str(value), types))


@given(st.text(st.sampled_from("ab1 {}%#\r\n'\"-"), max_size=12), result_types)
def test_a_text_without_expressions_is_what_jinja_makes_of_it(text: str, types: Any) -> None:
    """The constant tier never calls Jinja, and knows what it does to newlines."""
    if any(mark in text for mark in ("{{", "{%", "{#")):
        return
    rendered = jinja2.Environment(autoescape=False).from_string(text).render()

    assert repr(Template(text, PLACE, {}).evaluate({}, types, "")) == repr(coerce_text(rendered, types))


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Any nonsense that parses: operators, comparisons, filters, tests and macros on any operands."""
    paths = ["record", "record.id", "record['items']", "config.data", "config['id'].x", "record[config.id].x"]
    constants = ["1", "2.5", "none", "'x'", "[]", "{}", "[record.id, 1]", "{'a': config}", "now_utc()"]
    operands = st.sampled_from(paths + constants)
    binary = st.sampled_from([*"+-*/%~<", "//", "**", "==", ">=", "in", "and", "or"])
    unary = st.sampled_from(["not ", "-", "+"])
    filters = st.sampled_from([*FILTERS, "int", "float", "length", "first", "list", "join", "map", "tojson"])
    macros = st.sampled_from(sorted(MACROS))
    tests = st.sampled_from(["none", "defined", "string", "number", "divisibleby(0)"])

    def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(inner, binary, inner).map(lambda parts: f"({' '.join(parts)})"),
            st.tuples(unary, inner).map(lambda parts: f"({''.join(parts)})"),
            st.tuples(inner, filters).map(lambda parts: f"({' | '.join(parts)})"),
            st.tuples(inner, filters, inner).map(lambda parts: f"({parts[0]} | {parts[1]}({parts[2]}))"),
            st.tuples(inner, tests).map(lambda parts: f"({' is '.join(parts)})"),
            st.tuples(macros, inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
            st.tuples(macros, inner, inner).map(lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"),
            inner.map(lambda operand: f"({operand}).strftime('%Y')"),
        )

    return f"{{{{ {draw(st.recursive(operands, deeper, max_leaves=6))} }}}}"


SECRET = "ẞ"
"""A letter that stands in every value of the scope, and in no message of ours or of Python."""

secret_values = st.recursive(
    st.text(max_size=3).map(lambda text: SECRET + text),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
)
secret_objects = st.dictionaries(keys, secret_values, max_size=3)


@given(expressions(), secret_objects, secret_objects, st.booleans())
@example("{{ record[config.id].x }}", {}, {"id": SECRET}, True)
def test_a_failing_expression_tells_no_value(text: str, record: Json, config: Json, strict: bool) -> None:
    """It raises nothing but ExpressionError, whose message and traceback have the place and the shapes and no data."""
    template = Template(text, PLACE, {})
    try:
        template.evaluate({"record": record, "config": config}, strict=strict)
    except ExpressionError as error:
        assert str(error).startswith("the expression at shop.yaml:1:1 failed: ")
        assert SECRET not in "".join(traceback.format_exception(error))


@given(expressions(), objects, objects)
def test_an_expression_reads_the_names_that_it_says_it_reads(text: str, record: Json, config: Json) -> None:
    """`reads` is what lint warns by: without one of them there is no result, and others make no difference."""
    template = Template(text, PLACE, {})
    scope = {"record": record, "config": config}
    needed = {name: scope[name] for name in template.reads}

    if not any(name in text for name in CHANGING):
        assert outcome(template, needed) == outcome(template, scope)
    for name in template.reads:
        with pytest.raises(ExpressionError, match=f"there is no `{name}` here"):
            template.evaluate({other: value for other, value in scope.items() if other != name})


@given(st.text(st.sampled_from("{}%#|.()[]'\" -aif0"), max_size=20))
def test_a_template_is_told_to_be_wrong_before_it_is_used(text: str) -> None:
    """Where `syntax_problem` finds none, the template can be made; where it finds one, it says what."""
    problem = syntax_problem(text)

    if problem is None:
        Template(text, PLACE, {})
    else:
        assert problem
        with pytest.raises((jinja2.TemplateSyntaxError, RecursionError, ValueError)):
            Template(text, PLACE, {})
