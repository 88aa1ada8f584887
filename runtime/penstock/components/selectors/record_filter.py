from __future__ import annotations

from penstock.components.selectors import RECORD_FILTER
from penstock.expressions.forms import Condition
from penstock.records.resources import Resources
from penstock.records.select import Filter
from penstock.registry import component, field


@component(RECORD_FILTER)
class RecordFilter:
    """Keep the records for which a condition holds; without a condition, none."""

    condition: Condition | None = field(
        default=None,
        doc="The condition.",
        scope=("next_page_token", "record", "stream_interval", "stream_partition", "stream_slice"),
        examples=("{{ record['status'] != 'draft' }}",),
    )

    def build(self, using: Resources) -> Filter:
        return self.condition or (lambda scope: False)
