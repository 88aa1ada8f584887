from __future__ import annotations

from penstock.components.extractors import EXTRACTOR
from penstock.testing.fakes import built


def test_a_class_finds_the_records() -> None:
    """Of the answer, or of one element that stands for it."""
    extract = built("{type: CustomRecordExtractor, class_name: components.ColumnsExtractor}", EXTRACTOR)

    assert list(extract({"columns": ["id"], "rows": [[1], [2]]})) == [{"id": 1}, {"id": 2}]
