from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from penstock.diagnostics import Span
from penstock.errors import ExpressionError
from penstock.expressions.compile import Template
from penstock.expressions.macros import MACROS, clock_macros, system_clock

NEW_YEAR = dt.datetime(2023, 12, 31, 23, 30, tzinfo=dt.UTC)


def evaluate(expression: str) -> Any:
    """What an expression gives, by the result rule of the language."""
    return Template(f"{{{{ {expression} }}}}", Span("shop.yaml", 1, 1), {}).evaluate({})


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        pytest.param("timestamp(1646006400)", 1646006400, id="timestamp of a whole number"),
        pytest.param("timestamp(1646006400.9)", 1646006400, id="timestamp cuts a fraction"),
        pytest.param("timestamp('2022-02-28')", 1645999200.0 + 7200, id="timestamp of a text is a float"),
        pytest.param("timestamp('2022-02-28T00:00:00+02:00')", 1645999200.0, id="timestamp in a zone"),
        pytest.param("str_to_datetime('2022-02-28')", "2022-02-28 00:00:00+00:00", id="str_to_datetime"),
        pytest.param("str_to_datetime('2022-02-28T01:00:00+02:00').hour", 23, id="str_to_datetime is in UTC"),
        pytest.param("max(1, 3, 2)", 3, id="max of values"),
        pytest.param("max([1, 3, 2])", 3, id="max of a list"),
        pytest.param("min('b', 'a')", "a", id="min of texts"),
        pytest.param("duration('P1D')", "1 day, 0:00:00", id="duration"),
        pytest.param(
            "str_to_datetime('2024-01-31') + duration('P1M')",
            "2024-02-29 00:00:00+00:00",
            id="duration of a month",
        ),
        pytest.param(
            "format_datetime('2024-01-02T03:04:05Z', '%d.%m.%Y')",
            "02.01.2024",
            id="format_datetime of ISO text",
        ),
        pytest.param(
            "format_datetime('2024-01-02T03:04:05+02:00', '%H')",
            "01",
            id="format_datetime makes ISO text UTC",
        ),
        pytest.param(
            "format_datetime('2024-01-02T03:04:05Z', '%s')", 1704164645, id="format_datetime to an epoch"
        ),
        pytest.param(
            "format_datetime('2024-01-02T03:04:05.6Z', '%ms')",
            1704164645600,
            id="format_datetime to milliseconds",
        ),
        pytest.param(
            "format_datetime(1704164645, '%Y-%m-%dT%H')", "2024-01-02T03", id="format_datetime of an epoch"
        ),
        pytest.param(
            "format_datetime(1704164645600, '%Y', '%ms')", 2024, id="format_datetime of milliseconds"
        ),
        pytest.param(
            "format_datetime('02.01.2024', '%Y-%m-%d', '%d.%m.%Y')",
            "2024-01-02",
            id="format_datetime by an input format",
        ),
        pytest.param(
            "format_datetime('03 +0500', '%H %z', '%H %z')", "03 +0500", id="an input format keeps its zone"
        ),
        pytest.param(
            "format_datetime(str_to_datetime('2024-01-02'), '%Y-%m')",
            "2024-01",
            id="format_datetime of a moment",
        ),
        pytest.param("str_to_datetime('2024-060')", "2024-02-29 00:00:00+00:00", id="the day of the year"),
        pytest.param(
            "str_to_datetime('2024060T0304Z')",
            "2024-02-29 03:04:00+00:00",
            id="the day of the year, and a time",
        ),
        pytest.param("sanitize_url('a b&c/ä')", "a+b%26c%2F%C3%A4", id="sanitize_url"),
        pytest.param("camel_case_to_snake_case('orderId')", "order_id", id="camel_case_to_snake_case"),
        pytest.param("camel_case_to_snake_case('HTTPServer')", "h_t_t_p_server", id="each capital counts"),
    ],
)
def test_a_macro_gives_what_the_language_says(expression: str, result: object) -> None:
    """Written in a manifest as `{{ macro(…) }}`; results that read as literals become them."""
    value = evaluate(expression)

    assert (type(value), value) == (type(result), result)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("timestamp('soon')", id="a text that is no date"),
        pytest.param("str_to_datetime('2024-13-01')", id="a month that does not exist"),
        pytest.param("duration('1 day')", id="a duration in words"),
        pytest.param(
            "format_datetime('02.01.2024', '%Y')", id="a date that is not ISO, without an input format"
        ),
        pytest.param("format_datetime('1704164645', '%Y', '%s')", id="a text that is an epoch"),
        pytest.param("today_with_timezone('Atlantis')", id="a zone that does not exist"),
        pytest.param("max([])", id="the largest of none"),
    ],
)
def test_a_macro_that_cannot_answer_fails_the_expression(expression: str) -> None:
    """An ExpressionError, which names what the expression read and no value."""
    with pytest.raises(
        ExpressionError, match=r"the expression at shop\.yaml:1:1 failed: \w+ on no variables"
    ):
        evaluate(expression)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("timestamp(none)", id="null as a date"),
        pytest.param("str_to_datetime(7)", id="a number as a date"),
        pytest.param("duration(1)", id="a number as a duration"),
        pytest.param("format_datetime(1.5, '%Y')", id="a fraction as an epoch"),
        pytest.param("format_datetime(today_utc(), '%Y')", id="a date without a time"),
    ],
)
def test_what_is_no_text_gives_the_template_itself(expression: str) -> None:
    """As with every TypeError in the language; airbyte-cdk does so, and manifests may rely on it."""
    assert evaluate(expression) == f"{{{{ {expression} }}}}"


@pytest.mark.parametrize(
    "macro", ["format_datetime(config['missing'], '%Y')", "timestamp(config['missing'])"]
)
def test_a_missing_value_gives_a_missing_result(macro: str) -> None:
    """So a request parameter made of it is left out."""
    template = Template(f"{{{{ {macro} }}}}", Span("manifest.yaml", 1, 1), {})

    assert template.evaluate({"config": {}}) is None


@pytest.mark.parametrize(
    ("macro", "arguments", "result"),
    [
        pytest.param("now_utc", (), dt.datetime(2023, 12, 31, 23, 30, tzinfo=dt.UTC), id="now"),
        pytest.param("today_utc", (), dt.date(2023, 12, 31), id="today"),
        pytest.param(
            "today_with_timezone", ("Asia/Tokyo",), dt.date(2024, 1, 1), id="today, where it is tomorrow"
        ),
        pytest.param("day_delta", (1,), "2024-01-01T23:30:00.000000+0000", id="tomorrow"),
        pytest.param("day_delta", (-1, "%Y-%m-%d"), "2023-12-30", id="yesterday, in a format"),
    ],
)
def test_a_clock_macro_reads_the_clock_it_is_made_over(
    macro: str, arguments: tuple[Any, ...], result: object
) -> None:
    """All of them come from one clock, which may stand in any zone."""
    kiribati = dt.timezone(dt.timedelta(hours=14))

    macros = clock_macros(lambda: NEW_YEAR.astimezone(kiribati))

    assert macros[macro](*arguments) == result


def test_the_clock_of_templates_is_the_systems() -> None:
    """`now_utc()` lies between two looks at the clock, and knows its zone."""
    before = system_clock()

    now = MACROS["now_utc"]()

    assert before <= now <= system_clock()


def test_generate_uuid_gives_a_new_uuid_each_time() -> None:
    """Random ones, version 4."""
    made = {evaluate("generate_uuid()") for _ in range(10)}

    assert len(made) == 10
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", u) for u in made
    )
