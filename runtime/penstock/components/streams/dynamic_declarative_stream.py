from __future__ import annotations

from collections.abc import Callable, Iterator

from penstock.components.resolvers import COMPONENTS_RESOLVER, Resolver
from penstock.components.streams import STREAM
from penstock.errors import FailureType
from penstock.lean import dataclass
from penstock.records.resources import Resources, StreamContext
from penstock.records.stream import StreamPlan
from penstock.registry import Blueprint, Buildable, Kind, component, field
from penstock.registry.decode import BlueprintDecoder


@dataclass(frozen=True, slots=True)
class DynamicStreams:
    """A built dynamic stream: `resolve` asks which streams there are, and gives each ready to read."""

    name: str
    resolve: Callable[[], Iterator[StreamPlan]]
    blames: FailureType
    """Whose fault it is when two of the streams have one name."""


DYNAMIC_STREAM: Kind[DynamicStreams] = Kind("dynamic_stream", "Streams that are only known during a run.")


@component(DYNAMIC_STREAM)
class DynamicDeclarativeStream:
    """Streams made from one template, as many as there are at the time of a run."""

    name: str = field(default="", doc="What the check calls these streams.", examples=("tables",))
    stream_template: Blueprint = field(
        doc="A stream; the resolver changes its name and whatever else tells the streams apart.",
        slot=STREAM,
        implied="DeclarativeStream",
    )
    components_resolver: Buildable[Resolver] = field(
        doc="What tells which streams there are.", slot=COMPONENTS_RESOLVER
    )
    use_parent_parameters: bool = field(
        default=True,
        doc="Let `$parameters` of the template win over those that its parts have of the same names.",
    )

    def build(self, using: Resources) -> DynamicStreams:
        resolver = self.components_resolver.build(using.for_stream(StreamContext(self.name)))
        template = self.stream_template

        def resolve() -> Iterator[StreamPlan]:
            decoder = BlueprintDecoder(template, parents_win=self.use_parent_parameters)
            for node in resolver.components(template.node, using.config):
                yield decoder.component(node).build(using)

        return DynamicStreams(self.name, resolve, resolver.blames)
