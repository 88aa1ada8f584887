from __future__ import annotations

from copy import deepcopy

from penstock.components.extractors import PARENT_FIELD, CopyParentField
from penstock.expressions.forms import Text
from penstock.records.paths import MISSING, Json, get, put
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(PARENT_FIELD)
class ParentFieldPath:
    """Copy a value of the record that is expanded into each of its items; null where the record has none."""

    parent_path: list[Text] = field(
        doc="The keys that lead to the value in the record.", examples=(["id"], ["repository", "name"])
    )
    record_path: list[Text] = field(
        doc="The keys where it is put in the item, over what is there.", examples=(["order_id"],)
    )

    def build(self, using: Resources) -> CopyParentField:
        scope = {"config": using.config}
        source = [segment(scope, (str, int)) for segment in self.parent_path]
        target = [segment(scope, (str, int)) for segment in self.record_path]

        def copy(parent: Json, item: Json) -> None:
            value = get(parent, source)
            put(item, target, None if value is MISSING else deepcopy(value))

        return copy
