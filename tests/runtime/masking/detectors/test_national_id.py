from __future__ import annotations

import pytest

from penstock.masking.detectors import all_detectors

NATIONAL_ID = all_detectors()["national_id"]


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("536-90-4399", id="United States"),
        pytest.param("123-456-782", id="Canada"),
        pytest.param("RCCMNL83S18D969H", id="Italy"),
        pytest.param("BOXW310820HNERXN09", id="Mexico"),
        pytest.param("54362315-K", id="Spain"),
        pytest.param("x-2482300w", id="Spain, foreigner"),
        pytest.param("2 95 10 99 126 111 93", id="France"),
        pytest.param("390.533.447-05", id="Brazil"),
        pytest.param("85.07.30-033.28", id="Belgium"),
        pytest.param("756.9217.0769.85", id="Switzerland"),
        pytest.param("12.531.909-2", id="Chile"),
        pytest.param("360426199101010071", id="China"),
        pytest.param("2341 2341 2346", id="India"),
        pytest.param("880320-0016", id="Sweden"),
        pytest.param("971013-9019902", id="Korea"),
        pytest.param("131052-308T", id="Finland"),
        pytest.param("15108695088", id="Norway"),
        pytest.param("44051401359", id="Poland"),
        pytest.param("36574261809", id="Germany"),
    ],
)
def test_a_right_number_is_found(number: str) -> None:
    """Alone, and inside a text."""
    assert NATIONAL_ID.whole(number) >= 0.6
    assert list(NATIONAL_ID.spans(f"id {number}, please")) == [(3, 3 + len(number))]


@pytest.mark.parametrize(
    "text",
    [
        "000-12-3456",
        "912-12-3456",
        "123-456-789",
        "54362315-A",
        "99999999999",
        "1712345678901",
        "2024-536-90-4399",
    ],
)
def test_a_wrong_number_is_none(text: str) -> None:
    """No such area, a wrong check digit, a moment, or a part of something longer."""
    assert NATIONAL_ID.whole(text) == 0
    assert list(NATIONAL_ID.spans(text)) == []
