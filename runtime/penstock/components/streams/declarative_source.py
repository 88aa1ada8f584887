from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.components.checks import CHECK, Check
from penstock.components.streams import STREAM
from penstock.components.streams.concurrency_level import CONCURRENCY
from penstock.components.streams.spec import SPEC, Spec
from penstock.records.stream import StreamPlan
from penstock.registry import Buildable, Kind, Unread, component, field

SOURCE: Kind[Any] = Kind("source", "A manifest.")


@component(SOURCE)
class DeclarativeSource:
    """A manifest: a source of streams, and what the user configures."""

    check: Buildable[Check] = field(
        doc="How to tell that a configuration works.", slot=CHECK, implied="CheckStream"
    )
    version: str = field(
        doc="The version of the language that the manifest is written in.", examples=("6.44.0",)
    )
    streams: list[Buildable[StreamPlan]] = field(
        default=[], doc="The streams.", slot=STREAM, implied="DeclarativeStream"
    )
    spec: Spec | None = field(default=None, doc="What the user configures.", slot=SPEC, implied="Spec")
    concurrency_level: Buildable[int] | None = field(
        default=None, doc="How many slices are read at once.", slot=CONCURRENCY, implied="ConcurrencyLevel"
    )
    definitions: Unread | None = field(default=None, doc="Parts that `$ref` uses.")
    schemas: Unread | None = field(default=None, doc="JSON Schemas that `$ref` uses.")
    metadata: Unread | None = field(default=None, doc="Notes of tools; without effect on a run.")
    description: str | None = field(default=None, doc="What the connector is, for its readers.")

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one stream."""
        if not self.streams:
            yield "streams", "a manifest needs `streams`"

    def build(self, using: Any) -> Any:
        """A manifest is compiled by `plan/compile.py`."""
        return self
