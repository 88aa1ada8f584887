from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from penstock.components.cursors.incrementing_count_cursor import IncrementingCountCursor
from penstock.components.streams import STREAM
from penstock.errors import ConfigError
from penstock.expressions.dates import parse_duration
from penstock.expressions.forms import Text
from penstock.records.resources import Resources
from penstock.records.state import NO_CURSOR
from penstock.records.stream import StreamPlan
from penstock.registry import Buildable, component, field

Json = Any


@component(STREAM)
class StateDelegatingStream:
    """A stream that is read one way the first time, and another from a saved state on: an export, then its changes."""

    name: str = field(default="", doc="The name of the stream, and of both its forms.")
    full_refresh_stream: Buildable[StreamPlan] = field(
        doc="How it is read without a saved state.", slot=STREAM, implied="DeclarativeStream"
    )
    incremental_stream: Buildable[StreamPlan] = field(
        doc="How it is read from a saved state on.", slot=STREAM, implied="DeclarativeStream"
    )
    api_retention_period: Text | None = field(
        default=None,
        doc="How far back the API knows of changes: after a state that is older, everything is read anew.",
        examples=("P30D",),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """One name; and a retention period needs a cursor of time."""
        names = {getattr(form, "name", "") for form in (self.full_refresh_stream, self.incremental_stream)}
        if names != {self.name}:
            yield "name", "`full_refresh_stream` and `incremental_stream` have the `name` of the stream"
        cursor = getattr(self.incremental_stream, "incremental_sync", None)
        if self.api_retention_period is not None and isinstance(cursor, IncrementingCountCursor):
            yield "api_retention_period", "`api_retention_period` needs a cursor of time"

    def build(self, using: Resources) -> StreamPlan:
        full, changes = self.full_refresh_stream.build(using), self.incremental_stream.build(using)
        is_too_old = self._is_too_old(changes, using)

        def delegate(saved: Mapping[str, Json]) -> tuple[StreamPlan, Mapping[str, Json]]:
            return full.resumed({}) if not saved or is_too_old(saved) else changes.resumed(saved)

        return replace(full, delegate=delegate)

    def _is_too_old(self, changes: StreamPlan, using: Resources) -> Callable[[Mapping[str, Json]], bool]:
        """A test of a saved state; one without a moment counts as old, one of a stream without a cursor as new."""
        if self.api_retention_period is None or changes.cursor is None:
            return lambda saved: False
        cursor = changes.cursor
        try:
            period = parse_duration(self.api_retention_period.text({"config": using.config}))
        except ValueError as error:
            raise ConfigError(f"`api_retention_period` is {error}", hint="write it as P30D") from None

        def test(saved: Mapping[str, Json]) -> bool:
            reached = saved.get("state", saved)
            if NO_CURSOR.items() <= saved.items():
                return False
            moment = cursor.highest([reached]) if isinstance(reached, dict) else None
            return not isinstance(moment, dt.datetime) or moment < using.clock() - period

        return test
