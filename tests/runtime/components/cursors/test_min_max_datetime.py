from __future__ import annotations

import datetime as dt

import pytest

from penstock.components.cursors import MOMENT
from penstock.errors import ConfigError
from penstock.testing.fakes import Fakes, component


@pytest.mark.parametrize(
    ("bounds", "day"),
    [
        pytest.param("", 15, id="without bounds"),
        pytest.param('min_datetime: "2024-03-20"', 20, id="not before the earliest"),
        pytest.param('min_datetime: "2024-03-10"', 15, id="an earliest that is earlier"),
        pytest.param('max_datetime: "2024-03-10"', 10, id="not after the latest"),
        pytest.param('max_datetime: "2024-03-20"', 15, id="a latest that is later"),
        pytest.param(
            'min_datetime: "2024-03-20", max_datetime: "2024-03-10"', 10, id="the latest has the last word"
        ),
        pytest.param("min_datetime: \"{{ config['unset'] }}\"", 15, id="an earliest that comes out empty"),
        pytest.param("max_datetime: \"{{ config['unset'] }}\"", 15, id="a latest that comes out empty"),
        pytest.param("min_datetime: \"{{ config['floor'] }}\"", 18, id="a bound from the config"),
    ],
)
def test_a_moment_is_held_between_its_bounds(bounds: str, day: int) -> None:
    """A bound that comes out empty is none."""
    text = f'{{type: MinMaxDatetime, datetime: "2024-03-15", {bounds}}}'
    moment = component(text, MOMENT).build(Fakes({"floor": "2024-03-18"}).resources())

    assert moment("%Y-%m-%d") == dt.datetime(2024, 3, day, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("datetime", "format_", "found"),
    [
        pytest.param("2024-03-15", None, dt.datetime(2024, 3, 15, tzinfo=dt.UTC), id="the cursor's"),
        pytest.param(
            "15/03/2024 07", "%d/%m/%Y %H", dt.datetime(2024, 3, 15, 7, tzinfo=dt.UTC), id="one of its own"
        ),
        pytest.param("1710460800", "%s", dt.datetime(2024, 3, 15, tzinfo=dt.UTC), id="an epoch"),
        pytest.param(
            "2024-03-15T07:00:00+0200",
            "%Y-%m-%dT%H:%M:%S%z",
            dt.datetime(2024, 3, 15, 5, tzinfo=dt.UTC),
            id="one with a zone",
        ),
        pytest.param("{{ config['since'] }}", None, dt.datetime(2023, 1, 1, tzinfo=dt.UTC), id="a template"),
    ],
)
def test_a_moment_is_read_by_a_format(datetime: str, format_: str | None, found: dt.datetime) -> None:
    """The cursor's format, unless the moment names its own; without a zone it is UTC."""
    own = f'datetime_format: "{format_}"' if format_ else ""
    text = f'{{type: MinMaxDatetime, datetime: "{datetime}", {own}}}'
    moment = component(text, MOMENT).build(Fakes({"since": "2023-01-01"}).resources())

    assert moment("%Y-%m-%d") == found


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("datetime: \"{{ config['since'] }}\"", id="the moment"),
        pytest.param(
            'datetime: "2024-03-15", min_datetime: "{{ config[\'since\'] }}"', id="the earliest moment"
        ),
        pytest.param(
            'datetime: "2024-03-15", max_datetime: "{{ config[\'since\'] }}"', id="the latest moment"
        ),
    ],
)
def test_a_moment_that_does_not_fit_the_format_is_told_without_its_value(settings: str) -> None:
    """The user entered it, so the message says where the manifest asks for it and in which format."""
    moment = component(f"{{type: MinMaxDatetime, {settings}}}", MOMENT).build(
        Fakes({"since": "yesterday"}).resources()
    )

    with pytest.raises(ConfigError, match="is not written as `%Y-%m-%d`") as raised:
        moment("%Y-%m-%d")
    assert "yesterday" not in str(raised.value)
