"""Fields to sync by, fields that tell records apart, and parameters that start a read."""

from __future__ import annotations

import pytest

from penstock.authoring import Json
from penstock_builder.detect.cursor import StartParameters, cursor, start_parameters
from penstock_builder.detect.keys import primary_key


def test_when_a_record_was_changed_comes_before_when_it_was_made() -> None:
    """An incremental sync by creation misses changes."""
    rows = [
        {"id": n, "created_at": f"2024-01-0{n}", "updated_at": f"2024-02-0{n}T00:00:00Z"} for n in (1, 2, 3)
    ]

    fields = [guess.value.field for guess in cursor(rows)]

    assert fields == [("updated_at",), ("created_at",), ("id",)]


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["2024-01-02", "2024-01-03"], ("%Y-%m-%d",)),
        (["2024-01-02T03:04:05Z"], ("%Y-%m-%dT%H:%M:%SZ",)),
        (["2024-01-02T03:04:05+02:00".replace("+02", "+00")], ("%Y-%m-%dT%H:%M:%S%z",)),
        (["2024-01-02T03:04:05.123Z"], ("%Y-%m-%dT%H:%M:%S.%_msZ",)),
        (["2024-01-02T03:04:05.123456+0530"], ("%Y-%m-%dT%H:%M:%S.%f%z",)),
        ([1704067200, 1704067201], ("%s",)),
        (["1704067200000"], ("%ms",)),
        ([1704067200.5], ("%s_as_float",)),
        (["01/02/2024", "13/02/2024"], ("%d/%m/%Y",)),
        (["01/02/2024", "01/31/2024"], ("%m/%d/%Y",)),
        (["Wed Aug 27 13:08:45 +0000 2008"], ("%a %b %d %H:%M:%S %z %Y",)),
        (["2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z", "2024-01-02"], ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d")),
    ],
)  # fmt: skip
def test_formats_are_those_that_penstock_reads(values: Json, formats: Json) -> None:
    """The most frequent first; of two readings of a day and month the one that fits more values."""
    assert cursor([{"updated": value} for value in values])[0].value.datetime_formats == formats


def test_an_id_of_ten_digits_is_no_moment() -> None:
    """A number is a moment only where its name says so."""
    assert cursor([{"id": 1704067200}, {"id": 1704067300}])[0].value.kind == "number"


def test_the_order_of_values_is_told() -> None:
    """Rising values let a sync go on where it stopped."""
    days = ["2024-01-01", "2024-01-03", "2024-01-02"]
    orders = [cursor([{"updated": day} for day in each])[0].value.order
              for each in (sorted(days), sorted(days, reverse=True), days, days[:1] * 2)]  # fmt: skip

    assert orders == ["rising", "falling", "mixed", "constant"]


def test_text_is_no_cursor() -> None:
    """Nor is a field that most records lack."""
    assert cursor([{"name": "x"}, {"name": "y"}]) == []
    assert cursor([{"updated": "2024-01-01"}, {}, {}]) == []


def test_parameters_that_start_a_read() -> None:
    """By name, with the one that ends the window."""
    best = start_parameters(["page", "created_after", "updated_since", "updated_until"])[0]

    assert best.value == StartParameters("updated_since", "updated_until")
    assert start_parameters(["page", "limit"]) == []


def test_an_id_is_the_key() -> None:
    """Several unique fields: the one called so."""
    rows = [{"name": f"n{n}", "id": n, "team_id": 1} for n in range(3)]

    assert [guess.value for guess in primary_key(rows)] == [(("id",),), (("name",),)]


@pytest.mark.parametrize("spoilt", [{"id": 1}, {"id": None}, {}, {"id": True}, {"id": ""}])
def test_a_key_is_unique_and_never_null(spoilt: Json) -> None:
    """One record that has none or another's spoils it."""
    assert primary_key([{"id": 1}, {"id": 2}, spoilt]) == []


def test_a_composite_key_is_as_small_as_can_be() -> None:
    """Only where no field alone tells records apart."""
    rows = [
        {"user_id": u, "day": f"2024-01-0{d}", "kind": "x", "value": 0.5}
        for u in (1, 2, 3)
        for d in (1, 2, 3)
    ]

    assert primary_key(rows)[0].value == (("user_id",), ("day",))
