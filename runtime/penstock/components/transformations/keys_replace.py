from __future__ import annotations

from typing import Any

from penstock.components.transformations import TRANSFORMATION
from penstock.expressions.compile import Scope
from penstock.expressions.forms import Text
from penstock.records.cursor import Record
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.registry import component, field

SCOPE = ("record", "stream_slice")


@component(TRANSFORMATION)
class KeysReplace:
    """Replace text in the keys of each record and of the objects inside it, but not inside lists."""

    old: Text = field(doc="The text to replace, wherever it is in a key.", scope=SCOPE, examples=(" ",))
    new: Text = field(doc="The text to put there.", scope=SCOPE, examples=("_",))

    def build(self, using: Resources) -> Transform:
        def replace(record: Record, scope: Scope) -> None:
            replaced = _replaced(record, self.old.text(scope), self.new.text(scope))
            record.clear()
            record.update(replaced)

        return replace


def _replaced(value: Record, old: str, new: str) -> dict[str, Any]:
    return {
        key.replace(old, new): _replaced(child, old, new) if isinstance(child, dict) else child
        for key, child in value.items()
    }
