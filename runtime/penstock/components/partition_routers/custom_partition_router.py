from __future__ import annotations

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.resources import Resources
from penstock.records.stream import Router
from penstock.registry import component


@component(PARTITION_ROUTER)
class CustomPartitionRouter(CustomComponent):
    """Split a stream by a class of the connector's own."""

    class_name: str = class_name("components.RegionRouter")

    def build(self, using: Resources) -> Router:
        return self.made(bases.PartitionRouter, using, stream_name=using.stream.name)
