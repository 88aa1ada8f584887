from __future__ import annotations

from penstock.components.retrievers import RETRIEVER
from penstock.expressions.scope import Slice
from penstock.testing.fakes import built


def test_a_class_reads_the_records_and_transformations_follow() -> None:
    """Batch by batch."""
    made = built(
        "{type: CustomRetriever, class_name: components.ArchiveRetriever}", RETRIEVER, archive=[{"id": 1}, {}]
    )
    retriever = made((lambda record, scope: record.update(seen=True),))

    assert list(retriever.read(Slice(), None)) == [[{"id": 1, "seen": True}], [{"seen": True}]]
    assert retriever.router is None
