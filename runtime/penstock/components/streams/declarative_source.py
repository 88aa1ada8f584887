from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.components.budgets import API_BUDGET
from penstock.components.checks import CHECK, Check
from penstock.components.streams import STREAM, STREAM_GROUP
from penstock.components.streams.concurrency_level import CONCURRENCY
from penstock.components.streams.dynamic_declarative_stream import DYNAMIC_STREAM, DynamicStreams
from penstock.components.streams.spec import SPEC, Spec
from penstock.expressions.forms import Text
from penstock.http.budget import Budget
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
    streams: list[Buildable[StreamPlan | list[StreamPlan]]] = field(
        default=[], doc="The streams.", slot=STREAM, implied="DeclarativeStream"
    )
    dynamic_streams: list[Buildable[DynamicStreams]] = field(
        default=[],
        doc="Streams that are only known during a run.",
        slot=DYNAMIC_STREAM,
        implied="DynamicDeclarativeStream",
    )
    spec: Spec | None = field(default=None, doc="What the user configures.", slot=SPEC, implied="Spec")
    concurrency_level: Buildable[int] | None = field(
        default=None, doc="How many slices are read at once.", slot=CONCURRENCY, implied="ConcurrencyLevel"
    )
    api_budget: Buildable[Budget] | None = field(
        default=None, doc="How many requests the API allows.", slot=API_BUDGET, implied="HTTPAPIBudget"
    )
    stream_groups: dict[str, Buildable[frozenset[str]]] = field(
        default={},
        doc="Streams that are not read at the same time, by a name of the group.",
        slot=STREAM_GROUP,
        implied="StreamGroup",
    )
    max_concurrent_async_job_count: Text | None = field(
        default=None,
        doc="How many jobs of AsyncRetrievers run at once, over all streams; one by default.",
        examples=(5, "{{ config.get('jobs', 5) }}"),
    )
    definitions: Unread | None = field(default=None, doc="Parts that `$ref` uses.")
    schemas: Unread | None = field(default=None, doc="JSON Schemas that `$ref` uses.")
    metadata: Unread | None = field(default=None, doc="Notes of tools; without effect on a run.")
    description: str | None = field(default=None, doc="What the connector is, for its readers.")

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one stream."""
        if not self.streams and not self.dynamic_streams:
            yield "streams", "a manifest needs `streams` or `dynamic_streams`"

    def build(self, using: Any) -> Any:
        """A manifest is compiled by `plan/compile.py`."""
        return self
