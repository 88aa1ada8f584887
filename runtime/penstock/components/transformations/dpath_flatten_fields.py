from __future__ import annotations

from collections.abc import Callable

from penstock.components.transformations import TRANSFORMATION
from penstock.components.transformations.key_transformation import KEY_TRANSFORMATION
from penstock.expressions.compile import Scope
from penstock.expressions.forms import Text
from penstock.records.cursor import Record
from penstock.records.paths import delete, find
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.registry import Buildable, component, field


@component(TRANSFORMATION)
class DpathFlattenFields:
    """Bring the keys of one object inside a record to its top level.

    Where one of them is taken already, nothing happens.
    """

    field_path: list[Text] = field(
        doc="The keys that lead to the object; of those that `*` finds, the first.", examples=(["owner"],)
    )
    delete_origin_value: bool = field(default=False, doc="Remove the object from its place.")
    replace_record: bool = field(default=False, doc="Let the object be the record.")
    key_transformation: Buildable[Callable[[str], str]] | None = field(
        default=None, doc="What to make of each key.", slot=KEY_TRANSFORMATION, implied="KeyTransformation"
    )

    def build(self, using: Resources) -> Transform:
        path = [part.text({"config": using.config}) for part in self.field_path]
        rename = self.key_transformation.build(using) if self.key_transformation else str

        def flatten(record: Record, scope: Scope) -> None:
            found = next(find(record, path), None)
            if not isinstance(found, dict):
                return
            raised = {rename(key): value for key, value in found.items()}
            if self.replace_record:
                record.clear()
            if raised.keys() & record.keys():
                return
            if self.delete_origin_value:
                delete(record, path)
            record.update(raised)

        return flatten
