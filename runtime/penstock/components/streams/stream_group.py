from __future__ import annotations

from typing import Any

from penstock.components.streams import GROUP_ACTION, STREAM, STREAM_GROUP
from penstock.registry import Buildable, component, field


@component(STREAM_GROUP)
class StreamGroup:
    """Streams that an API does not give at the same time."""

    streams: list[Buildable[Any]] = field(
        doc="The streams, as references to them.", slot=STREAM, implied="DeclarativeStream"
    )
    action: Buildable[None] = field(
        doc="What holds for them.", slot=GROUP_ACTION, implied="BlockSimultaneousSyncsAction"
    )

    def build(self, using: Any) -> frozenset[str]:
        """The names of the streams."""
        return frozenset(getattr(stream, "name", "") for stream in self.streams)
