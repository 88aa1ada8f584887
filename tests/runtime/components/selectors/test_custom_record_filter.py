from __future__ import annotations

from penstock.components.selectors import RECORD_SELECTOR
from penstock.testing.fakes import built


def test_a_class_picks_of_all_records_together() -> None:
    """Here, the last of each id; transformations see only those."""
    selector = built(
        "{type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}, "
        "record_filter: {type: CustomRecordFilter, class_name: components.NewestOnly}}",
        RECORD_SELECTOR,
    )((lambda record, scope: record.update(of=scope["record"]["id"]),))

    chosen = selector.select([{"id": 1, "n": 1}, {"id": 2, "n": 1}, {"id": 1, "n": 2}], {}, None)

    assert chosen == [{"id": 1, "n": 2, "of": 1}, {"id": 2, "n": 1, "of": 2}]
