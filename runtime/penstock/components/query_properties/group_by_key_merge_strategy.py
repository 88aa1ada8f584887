from __future__ import annotations

from penstock.components.query_properties import RECORD_MERGE_STRATEGY
from penstock.records.chunks import Key, key_of
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(RECORD_MERGE_STRATEGY)
class GroupByKeyMergeStrategy:
    """Put together what has the same key; a record that lacks it stands alone."""

    key: str | list[str] = field(doc="The field, or fields, of the key.", examples=("id", ["region", "id"]))

    def build(self, using: Resources) -> Key:
        return key_of([self.key] if isinstance(self.key, str) else self.key)
