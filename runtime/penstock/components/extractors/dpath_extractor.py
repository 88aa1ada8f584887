from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from penstock.components.extractors import EXTRACTOR, RECORD_EXPANDER, Expand
from penstock.expressions.forms import Text
from penstock.records.paths import MISSING, find, get
from penstock.records.resources import Resources
from penstock.records.select import Extract
from penstock.registry import Buildable, component, field


@component(EXTRACTOR)
class DpathExtractor:
    """Find the records at a path: the items of a list, or the one value that stands there."""

    field_path: list[Text] = field(
        doc="The keys that lead to the records; empty for the answer itself, `*` for all values of a level.",
        examples=(["data", "items"], []),
    )
    record_expander: Buildable[Expand] | None = field(
        default=None,
        doc="What makes several records of each that is found.",
        slot=RECORD_EXPANDER,
        implied="RecordExpander",
    )

    def build(self, using: Resources) -> Extract:
        extract = self._at_path(using)
        if self.record_expander is None:
            return extract
        expand = self.record_expander.build(using)
        return lambda body: chain.from_iterable(map(expand, extract(body)))

    def _at_path(self, using: Resources) -> Extract:
        scope = {"config": using.config}
        path = [segment(scope, (str, int)) for segment in self.field_path]
        if not path:
            return _items
        if "*" in path:
            return lambda body: list(find(body, path))
        if len(path) == 1 and isinstance(path[0], str) and path[0].isidentifier():
            return _one_key(path[0])
        return lambda body: _items(get(body, path))


def _one_key(key: str) -> Extract:
    """The commonest path by far."""

    def extract(body: Any) -> Iterable[Any]:
        return _items(body.get(key)) if isinstance(body, dict) else ()

    return extract


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, list):
        return value
    return (value,) if value and value is not MISSING else ()
