from __future__ import annotations

from typing import Any

import pytest

from penstock.components.selectors import RECORD_FILTER
from penstock.expressions.scope import Slice, slice_scope
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("condition", "keeps"),
    [
        pytest.param("{{ record['status'] != 'draft' }}", True, id="it holds"),
        pytest.param("{{ record['status'] == 'draft' }}", False, id="it does not"),
        pytest.param("{{ record['count'] }}", False, id="zero is false"),
        pytest.param("{{ record['tags'] }}", False, id="an empty list is false"),
        pytest.param("{{ record['owner'] }}", False, id="null is false"),
        pytest.param("{{ record['missing'] }}", False, id="a missing field is false"),
        pytest.param("{{ record.missing.field }}", False, id="a field of a missing field is false"),
        pytest.param("{{ record['missing'] > 1 }}", False, id="a comparison with a missing field is false"),
        pytest.param("{{ record['owner'] > 1 }}", True, id="one with null is true, a trap of the language"),
        pytest.param("false", False, id="the word false"),
        pytest.param("{{ 'no' }}", True, id="any other word is true"),
        pytest.param("{{ record['at'] >= stream_slice['start'] }}", True, id="the slice is known"),
        pytest.param("{{ stream_partition.team == stream_interval.team }}", True, id="under its three names"),
        pytest.param("{{ config['only'] == record['status'] }}", True, id="the config is known"),
        pytest.param("{{ next_page_token is none }}", True, id="the page token is known"),
    ],
)
def test_a_condition_tells_which_records_stay(condition: str, keeps: bool) -> None:
    """True keeps the record. What is empty, missing, null, zero or spelt `false` is false; the rest is true."""
    record = {"status": "open", "count": 0, "tags": [], "owner": None, "at": "2024-03-01"}
    slice_ = Slice({"team": "a"}, {"start": "2024-01-01"})
    scope: dict[str, Any] = {
        "config": {"only": "open"},
        "record": record,
        "next_page_token": None,
        **slice_scope(slice_),
    }

    keep = built(f'{{type: RecordFilter, condition: "{condition}"}}', RECORD_FILTER)

    assert keep(scope) is keeps


def test_a_filter_without_a_condition_keeps_nothing() -> None:
    """An absent condition is an empty text, and that is false."""
    keep = built("{type: RecordFilter}", RECORD_FILTER)

    assert keep({"config": {}, "record": {"id": 1}}) is False
