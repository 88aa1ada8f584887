from __future__ import annotations

from typing import Any

import pytest

from penstock.diagnostics import Span
from penstock.errors import ExpressionError
from penstock.expressions.compile import MAX_REPEAT, Template, known_functions, syntax_problem

PLACE = Span("shop.yaml", 12, 7)


def template(text: str, **parameters: Any) -> Template:
    return Template(text, PLACE, parameters)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        pytest.param("orders", "orders", id="a text without expressions"),
        pytest.param("two\r\nlines\n", "two\nlines", id="Jinja's newlines: LF, and none at the end"),
        pytest.param("{{ record['id'] }}", 7, id="a look-up"),
        pytest.param("{{ record['id'] + 1 }}", 8, id="an operation"),
        pytest.param("{{ record['tags'] | join('-') }}", "a-b", id="a filter"),
        pytest.param("{% if record['id'] > 5 %}many{% else %}few{% endif %}", "many", id="a statement"),
        pytest.param("{# a note #}{{ record['id'] }}", 7, id="a comment"),
        pytest.param("{{ 1 }}{{ 2 }}", 12, id="the whole text is one literal"),
        pytest.param("{{ record['tags'] }}", ["a", "b"], id="a list"),
        pytest.param("{{ record['tags'][-1] }}", "b", id="an index from the end"),
        pytest.param("{{ record['tags'][-3] }}", "default", id="an index before the start"),
        pytest.param("{{ record['gone'] }}", "default", id="a key that is not there"),
        pytest.param("{{ record['gone'].deeper }}", "default", id="a key of something that is not there"),
        pytest.param("{{ record.gone.deeper.still | int }}", "default", id="the same in a filter"),
        pytest.param("{{ record['empty'] }}", "default", id="an empty text"),
        pytest.param("", "default", id="no text at all"),
        pytest.param("\n", "default", id="a newline only"),
        pytest.param("{{ record.get('gone') }}", None, id="null is a result"),
        pytest.param("{{ record['id'] - 7 }}", 0, id="zero is a result"),
        pytest.param(
            "{{ record['name'] + 1 }}", "{{ record['name'] + 1 }}", id="a TypeError gives the template itself"
        ),
        pytest.param(
            "{{ record['none'] > 1 }}", "{{ record['none'] > 1 }}", id="so does a comparison with null"
        ),
        pytest.param("{{ record.items is mapping }}", False, id="a dot finds a method before a key"),
        pytest.param("{{ record['items'] }}", "own", id="brackets find the key"),
    ],
)
def test_a_template_gives_a_value(text: str, result: object) -> None:
    """By the language's rule: a literal where the text is one, `default` where there is nothing."""
    record = {"id": 7, "name": "Ada", "none": None, "empty": "", "tags": ["a", "b"], "items": "own"}

    assert template(text).evaluate({"record": record}, default="default") == result


def test_parameters_are_a_variable() -> None:
    """Those of the component that the template belongs to."""
    assert template("{{ parameters['path'] }}", path="/orders").evaluate({}) == "/orders"
    assert template("{{ parameters['path'] }}", path="/orders").reads == frozenset()


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        pytest.param("orders", set(), id="a text"),
        pytest.param("{{ record['id'] }}", {"record"}, id="a look-up"),
        pytest.param(
            "{{ record['id'] if config.x else now_utc() }}",
            {"record", "config"},
            id="both branches, no function",
        ),
        pytest.param("{% set x = config['a'] %}{{ x }}", {"config"}, id="no name of its own"),
        pytest.param("{% for tag in record.tags %}{{ tag }}{% endfor %}", {"record"}, id="no name of a loop"),
    ],
)
def test_a_template_knows_what_it_reads(text: str, reads: set[str]) -> None:
    """Lint compares these names with what a field may read."""
    assert template(text).reads == reads


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "{{ response.id }}", "there is no `response` here; known are config, record", id="an unknown name"
        ),
        pytest.param(
            "{{ 1 if true else response }}",
            "there is no `response` here; known are config, record",
            id="an unknown name that is not reached",
        ),
        pytest.param(
            "{{ record['name'] | int / 0 }}",
            "ZeroDivisionError on `record`: an object with keys `name`, `to`",
            id="an error of Python's",
        ),
        pytest.param(
            "{{ config['tags'][0] | base64decode }}",
            "Error on `config`: an object with key `tags`",
            id="an error of a filter",
        ),
        pytest.param(
            "{{ timestamp('x') }}", "ValueError on no variables", id="an error that no variable had a part in"
        ),
    ],
)
def test_a_template_that_fails_names_its_place_and_shapes(text: str, message: str) -> None:
    """The values are someone's data, and are not told."""
    scope = {"record": {"name": "Ada", "to": "ada@example.test"}, "config": {"tags": ["x"]}}

    with pytest.raises(ExpressionError) as raised:
        template(text).evaluate(scope)

    assert str(raised.value) == f"the expression at shop.yaml:12:7 failed: {message}"


def test_strictness_tells_a_hole_from_an_empty_end() -> None:
    """With `strict`, a key that is not there is empty text, and a key of something that is not there an error."""
    assert template("{{ record['gone'] }}").evaluate({"record": {}}, default="unused", strict=True) == ""
    for text in ("{{ record.gone.id }}", "{{ record.gone.id | int }}"):
        with pytest.raises(
            ExpressionError, match="a part of something that is not there, in `record`: an empty"
        ):
            template(text).evaluate({"record": {}}, strict=True)


@pytest.mark.parametrize("text", ["{{ stream_state['x'] }}", "no stream_state here"])
def test_stream_state_is_refused_wherever_it_stands(text: str) -> None:
    """Older versions of the language had the variable; a manifest that needs it would send wrong requests."""
    with pytest.raises(ExpressionError, match="`stream_state` is no longer part") as raised:
        template(text).evaluate({"stream_state": {}})

    assert raised.value.failure_type == "config_error"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{{ ''.__class__ }}", id="the class of a value"),
        pytest.param("{{ ''.__class__.__mro__[1].__subclasses__() }}", id="all classes there are"),
        pytest.param("{{ record.__init__.__globals__ }}", id="the globals of a method"),
        pytest.param("{{ record | attr('__class__') }}", id="a class by a filter"),
        pytest.param("{{ lipsum.__globals__['os'] }}", id="the modules of a function"),
        pytest.param("{{ now_utc.__code__ }}", id="the code of a macro"),
        pytest.param("{{ '{0.__class__}'.format(record) }}", id="a class by a format"),
        pytest.param("{{ range(3) }}", id="range, which the language leaves out"),
        pytest.param("{{ open('/etc/passwd') }}", id="a file"),
        pytest.param("{% include 'secrets' %}", id="another template"),
    ],
)
def test_a_template_cannot_leave_the_sandbox(text: str) -> None:
    """It gives nothing, its own text, or an ExpressionError; nothing of Python's comes out."""
    try:
        result = template(text).evaluate({"record": {"id": 7}})
    except ExpressionError:
        result = None

    assert result in (None, text)


@pytest.mark.parametrize(
    ("text", "largest"),
    [
        pytest.param("{{ ('x' * n) | length }}", MAX_REPEAT, id="a text times a number"),
        pytest.param("{{ (n * 'x') | length }}", MAX_REPEAT, id="a number times a text"),
        pytest.param("{{ ('xy' * n) | length }}", MAX_REPEAT // 2, id="a longer text"),
        pytest.param("{{ ([1] * n) | length }}", MAX_REPEAT, id="a list"),
        pytest.param("{{ 1 if 1 ** n else 0 }}", MAX_REPEAT, id="a power"),
    ],
)
def test_what_a_template_multiplies_is_bounded(text: str, largest: int) -> None:
    """A few letters of a manifest must not take all memory; the bound itself is allowed."""
    assert template(text).evaluate({"n": largest})
    with pytest.raises(ExpressionError, match="SecurityError on `n`: a number"):
        template(text).evaluate({"n": largest + 1})


def test_products_of_large_numbers_are_bounded() -> None:
    """The product of two numbers has as many bits as both together."""
    text = "{{ 1 if n * n else 0 }}"

    assert template(text).evaluate({"n": 1 << (MAX_REPEAT // 2 - 1)}) == 1
    with pytest.raises(ExpressionError, match="SecurityError"):
        template(text).evaluate({"n": 1 << (MAX_REPEAT // 2)})


@pytest.mark.parametrize("text", ["{{ record['x'] }}", "{{ record['x'] }}{{ '' }}"])
def test_a_value_nested_beyond_pythons_recursion_fails_the_expression(text: str) -> None:
    """By a look-up and by a template alike."""
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]

    with pytest.raises(ExpressionError, match="RecursionError on `record`: an object with key `x`"):
        template(text).evaluate({"record": {"x": deep}})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("{{ record['id'] }}", None, id="nothing wrong"),
        pytest.param("no expression", None, id="no expression"),
        pytest.param(
            "{{ record", "unexpected end of template, expected 'end of print statement'.", id="an end missing"
        ),
        pytest.param("{{ record | rot13 }}", "No filter named 'rot13'.", id="a filter that does not exist"),
        pytest.param("{{ record is odd_ }}", "No test named 'odd_'.", id="a test that does not exist"),
        pytest.param(
            "{% if %}{% endif %}",
            "Expected an expression, got 'end of statement block'",
            id="an empty condition",
        ),
        pytest.param("{{ " + "(" * 1000 + ")" * 1000 + " }}", "nested too deep", id="too many brackets"),
        pytest.param("{{ 1" + "0" * 5000 + " }}", "a number too large", id="too many digits"),
    ],
)
def test_the_syntax_is_checked_before_a_run(text: str, problem: str | None) -> None:
    """In the words of Jinja, which name the template's text and no data."""
    assert syntax_problem(text) == problem


def test_every_template_knows_the_functions_of_the_language() -> None:
    """The macros and what Jinja brings; but not `range`."""
    assert {"now_utc", "format_datetime", "max", "dict", "namespace"} <= known_functions()
    assert "range" not in known_functions()
