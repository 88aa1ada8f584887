from __future__ import annotations

from collections.abc import Callable

from penstock.components.query_properties import PROPERTY_LIST
from penstock.components.retrievers import RETRIEVER
from penstock.expressions.forms import Text
from penstock.expressions.scope import Slice
from penstock.records.paths import MISSING, get
from penstock.records.resources import Resources, StreamContext
from penstock.records.select import Transform
from penstock.records.stream import Retriever
from penstock.registry import Buildable, component, field


@component(PROPERTY_LIST)
class PropertiesFromEndpoint:
    """Ask an endpoint of the API which fields there are."""

    property_field_path: list[Text] = field(
        doc="The keys that lead to a field's name in each of the endpoint's records.", examples=(["name"],)
    )
    retriever: Buildable[Callable[[tuple[Transform, ...]], Retriever]] = field(
        doc="What reads the endpoint.", slot=RETRIEVER, implied="SimpleRetriever"
    )

    def build(self, using: Resources) -> Callable[[], list[str]]:
        retriever = self.retriever.build(using.for_stream(StreamContext(using.stream.name)))(())
        path = [part.text({"config": using.config}) for part in self.property_field_path]

        def names() -> list[str]:
            batches = retriever.read(Slice(), None)
            found = (get(record, path) for batch in batches for record in batch)
            return [str(name) for name in found if name is not MISSING]

        return names
