from __future__ import annotations

from collections.abc import Iterator

from penstock.components.streams import STREAM
from penstock.expressions.forms import Condition
from penstock.records.resources import Resources
from penstock.records.stream import StreamPlan
from penstock.registry import Buildable, component, field


@component(STREAM)
class ConditionalStreams:
    """Streams that are there only where the config says so, such as those of a paid plan."""

    condition: Condition = field(doc="Whether they are there.", examples=("{{ config['is_sandbox'] }}",))
    streams: list[Buildable[StreamPlan]] = field(doc="The streams.", slot=STREAM, implied="DeclarativeStream")

    def problems(self) -> Iterator[tuple[str, str]]:
        """One condition for a stream."""
        if any(isinstance(stream, ConditionalStreams) for stream in self.streams):
            yield "streams", "`streams` of ConditionalStreams are streams; write both conditions into one"

    def build(self, using: Resources) -> list[StreamPlan]:
        is_there = self.condition({"config": using.config})
        return [stream.build(using) for stream in self.streams] if is_there else []
