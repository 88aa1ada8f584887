from __future__ import annotations

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.expressions.scope import Slice
from penstock.records.stream import Partition
from penstock.testing.fakes import built


def test_a_class_splits_the_stream() -> None:
    """Its partitions, and what each puts into requests."""
    router = built(
        "{type: CustomPartitionRouter, class_name: components.RegionRouter}",
        PARTITION_ROUTER,
        regions=["n", "s"],
    )

    assert [p.key for p in router.partitions({}) if isinstance(p, Partition)] == [
        {"region": "n"},
        {"region": "s"},
    ]
    assert router.options(Slice({"region": "n"})).params == {"region": "n"}
