from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from penstock.components.transformations import TRANSFORMATION
from penstock.expressions.compile import Scope
from penstock.records.cursor import Record
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.registry import component, field


@component(TRANSFORMATION)
class FlattenFields:
    """Bring what is nested in a record to its top level.

    Keys are met from the last to the first. A value keeps its own key; where that is taken, and everywhere once a list
    was met, its path comes in front: `owner.name`, `tags.0`. Empty objects and lists go.
    """

    flatten_lists: bool = field(default=True, doc="Flatten lists too.")

    def build(self, using: Resources) -> Transform:
        def flatten(record: Record, scope: Scope) -> None:
            flat = self._flat(record)
            record.clear()
            record.update(flat)

        return flatten

    def _flat(self, record: Record) -> Record:
        flat: Record = {}
        waiting: list[tuple[str, Any]] = [("_", record)]
        met_list = False
        while waiting:
            path, value = waiting.pop()
            children: Iterable[tuple[str, Any]]
            if isinstance(value, dict):
                children = [
                    (f"{path}.{key}" if met_list or key in flat else key, child)
                    for key, child in value.items()
                ]
            elif isinstance(value, list) and self.flatten_lists:
                children = [(f"{path}.{index}", child) for index, child in enumerate(value)]
                met_list = met_list or bool(value)
            else:
                children = ()
                flat[path] = value
            waiting.extend(children)
        return flat
