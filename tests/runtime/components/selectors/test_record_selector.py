from __future__ import annotations

from typing import Any

import pytest

from penstock.components.cursors import CURSOR
from penstock.components.selectors import RECORD_SELECTOR
from penstock.components.transformations import TRANSFORMATION
from penstock.errors import ManifestError
from penstock.masking.automaton import MaskRule
from penstock.records.resources import StreamContext
from penstock.records.select import Selector
from penstock.testing.fakes import Fakes, built, component

CLIENT_SIDE = """
type: DatetimeBasedCursor
cursor_field: updated_at
datetime_format: "%Y-%m-%d"
start_datetime: "2024-01-01"
is_client_side_incremental: {}
"""

DOUBLED = "{type: AddFields, fields: [{path: [n], value: \"{{ record['n'] * 2 }}\"}]}"


def selector(settings: str, stream: StreamContext) -> Selector:
    """A selector of the items of `data`, with a transformation that doubles `n`."""
    text = f"{{type: RecordSelector, extractor: {{field_path: [data]}}, {settings}}}"
    double = built(DOUBLED, TRANSFORMATION)
    assert not isinstance(double, MaskRule)
    return component(text, RECORD_SELECTOR).build(Fakes().resources(stream))((double,))


def selected(settings: str, body: Any, stream: StreamContext | None = None) -> list[Any]:
    chosen = selector(settings, stream or StreamContext("orders"))
    return chosen.select(chosen.extract(body), {"config": {}}, None)


@pytest.mark.parametrize(
    ("settings", "records"),
    [
        pytest.param("", [{"n": 2}, {"n": 6}, {"n": 10}], id="no filter keeps all"),
        pytest.param(
            "record_filter: {condition: \"{{ record['n'] < 4 }}\"}",
            [{"n": 2}, {"n": 6}],
            id="the filter comes before the transformations",
        ),
        pytest.param(
            "record_filter: {condition: \"{{ record['n'] < 4 }}\"}, transform_before_filtering: false",
            [{"n": 2}, {"n": 6}],
            id="as it may say itself",
        ),
        pytest.param(
            "record_filter: {condition: \"{{ record['n'] < 4 }}\"}, transform_before_filtering: true",
            [{"n": 2}],
            id="or the other way round",
        ),
        pytest.param("record_filter: {type: RecordFilter}", [], id="a filter without a condition drops all"),
    ],
)
def test_records_are_found_filtered_and_changed(settings: str, records: list[Any]) -> None:
    """A `record_filter` without a type is a RecordFilter, an `extractor` without one a DpathExtractor."""
    assert selected(settings, {"data": [{"n": 1}, {"n": 3}, {"n": 5}]}) == records


@pytest.mark.parametrize(
    ("filters_here", "settings", "records"),
    [
        pytest.param(True, "", [{"n": 2}], id="after, where the cursor filters here"),
        pytest.param(False, "", [{"n": 2}, {"n": 6}], id="before, where the API filters"),
        pytest.param(
            True, "transform_before_filtering: false,", [{"n": 2}, {"n": 6}], id="what is said wins"
        ),
    ],
)
def test_the_default_order_depends_on_the_cursor(
    filters_here: bool, settings: str, records: list[Any]
) -> None:
    """A cursor that drops old records here may read a field that a transformation makes."""
    cursor = built(CLIENT_SIDE.format(str(filters_here).lower()), CURSOR)

    found = selected(
        settings + "record_filter: {condition: \"{{ record['n'] < 4 }}\"}",
        {"data": [{"n": 1}, {"n": 3}, {"n": 5}]},
        StreamContext("orders", cursor),
    )

    assert found == records


@pytest.mark.parametrize(
    ("setting", "records"),
    [
        pytest.param("", [{"n": 2}], id="not by default"),
        pytest.param("schema_normalization: None", [{"n": 2}], id="not where it says None"),
        pytest.param("schema_normalization: Default", [{"n": "2"}], id="where it says Default"),
    ],
)
def test_values_are_cast_to_the_schema_on_demand(setting: str, records: list[Any]) -> None:
    """After the transformations, so that their values are cast too."""
    schema = {"properties": {"n": {"type": "string"}}}

    assert selected(setting, {"data": [{"n": 1}]}, StreamContext("orders", schema=lambda: schema)) == records


def test_a_selector_needs_an_extractor() -> None:
    with pytest.raises(ManifestError, match="RecordSelector needs `extractor`"):
        component("{type: RecordSelector}", RECORD_SELECTOR)
