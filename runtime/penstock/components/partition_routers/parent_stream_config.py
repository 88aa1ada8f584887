from __future__ import annotations

from collections.abc import Iterator

from penstock.components.requesters import REQUEST_OPTION, Injection
from penstock.components.streams import STREAM
from penstock.components.streams.conditional_streams import ConditionalStreams
from penstock.expressions.forms import Text
from penstock.lean import dataclass
from penstock.records.resources import Resources
from penstock.records.stream import StreamPlan
from penstock.registry import Buildable, Kind, component, field


@dataclass(frozen=True, slots=True)
class Parent:
    """A built link to a parent stream. `key`, `extra_fields` and `first_page` are paths into its records."""

    plan: StreamPlan
    key: tuple[str, ...]
    partition_field: str
    option: Injection | None
    incremental: bool
    extra_fields: tuple[tuple[str, ...], ...]
    first_page: tuple[str, ...] = ()


PARENT: Kind[Parent] = Kind("parent", "A link to a parent stream.")


@component(PARENT)
class ParentStreamConfig:
    """A parent stream, and which of its fields names a partition of the child."""

    stream: Buildable[StreamPlan] = field(doc="The parent stream.", slot=STREAM, implied="DeclarativeStream")
    parent_key: Text = field(
        doc="The field of the parent's records; `/` leads into objects.", examples=("id", "owner/id")
    )
    partition_field: Text = field(doc="The name of the value in `stream_partition`.", examples=("order_id",))
    request_option: Buildable[Injection] | None = field(
        default=None, doc="Where the value goes in a request.", slot=REQUEST_OPTION, implied="RequestOption"
    )
    incremental_dependency: bool = field(
        default=False, doc="Read only the parents that changed; needs a cursor on both streams."
    )
    extra_fields: list[list[str]] = field(
        default=[],
        doc="Paths of more fields of the parent, for templates: `stream_slice.extra_fields['a.b']`.",
        examples=([["name"], ["owner", "region"]],),
    )

    lazy_read_pointer: list[str] = field(
        default=[],
        doc="Where the parent's record holds the first page of the child; it is not requested on a first run then.",
        examples=(["lines"],),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """One place for the first page, and one parent."""
        if "*" in self.lazy_read_pointer:
            yield "lazy_read_pointer", "`lazy_read_pointer` leads to one place, without `*`"
        if isinstance(self.stream, ConditionalStreams):
            yield "stream", "a parent is one stream, not ConditionalStreams"

    def build(self, using: Resources) -> Parent:
        scope = {"config": using.config}
        plan = self.stream.build(using.for_parent())
        using.cache.keep(plan.name)
        return Parent(
            plan=plan,
            key=tuple(self.parent_key.text(scope).split("/")),
            partition_field=self.partition_field.text(scope),
            option=self.request_option.build(using) if self.request_option else None,
            incremental=self.incremental_dependency,
            extra_fields=tuple(tuple(path) for path in self.extra_fields),
            first_page=tuple(self.lazy_read_pointer),
        )
