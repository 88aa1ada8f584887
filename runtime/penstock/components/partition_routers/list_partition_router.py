from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.components.requesters import REQUEST_OPTION, Injection
from penstock.errors import ConfigError
from penstock.expressions.forms import Text
from penstock.expressions.scope import Slice
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.lean import dataclass
from penstock.records.resources import Resources
from penstock.records.stream import ParentsRead, Partition, Router
from penstock.registry import Buildable, component, field


@component(PARTITION_ROUTER)
class ListPartitionRouter:
    """One partition for each value of a list."""

    values: Text | list[str] = field(
        doc="The values, or a template that gives a list.",
        examples=(["open", "closed"], "{{ config['regions'] }}"),
    )
    cursor_field: Text = field(doc="The name of the value in `stream_partition`.", examples=("region",))
    request_option: Buildable[Injection] | None = field(
        default=None, doc="Where the value goes in a request.", slot=REQUEST_OPTION, implied="RequestOption"
    )

    def build(self, using: Resources) -> Router:
        scope = {"config": using.config}
        values = self.values(scope) if isinstance(self.values, Text) else self.values
        if not isinstance(values, str | list | tuple | dict | set):
            raise ConfigError(
                f"stream {using.stream.name}: `values` of ListPartitionRouter does not give a list"
            )
        option = self.request_option.build(using) if self.request_option else None
        return _ListRouter(self.cursor_field.text(scope), list(values), option)


@dataclass(frozen=True, slots=True)
class _ListRouter:
    name: str
    values: Sequence[Any]
    option: Injection | None

    def partitions(self, saved: Mapping[str, Any]) -> Iterator[Partition | ParentsRead]:
        return (Partition({self.name: value}) for value in self.values)

    def options(self, slice_: Slice) -> RequestOptions:
        value = slice_.get(self.name)
        return self.option.options(value) if self.option is not None and value else NO_OPTIONS
