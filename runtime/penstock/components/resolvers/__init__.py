"""Resolvers: what the streams are that a dynamic stream stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from penstock.errors import FailureType, ManifestError
from penstock.expressions.compile import Scope
from penstock.lean import dataclass
from penstock.manifest.load import load_value
from penstock.manifest.node import Node, fresh, plain
from penstock.manifest.patch import Segment, created, has_wildcard, replaced
from penstock.registry import Kind

Json = Any

SCOPE = ("components_values", "stream_slice", "stream_template_config")
"""What the templates of a mapping may read, besides what all may."""


@dataclass(frozen=True, slots=True)
class ComponentMapping:
    """A built mapping: where a value goes in the template of a stream, and which.

    `source` is where the value was written in the manifest. A missing place is made where `creates`. `read` is what
    becomes of a text; `keeps_text` where the mapping wants a text.
    """

    path: Callable[[Scope], tuple[Segment, ...]]
    value: Callable[[Scope], Json]
    holds: Callable[[Scope], bool] | None
    source: Node
    creates: bool
    keeps_text: bool
    read: Callable[[str], Json] | None = None

    def applied(self, template: Node, scope: Scope) -> Node:
        """The template with the value in its place; the same template where it has no such place."""
        if self.holds is not None and not self.holds(scope):
            return template
        value = self.value(scope)
        if self.read is not None and isinstance(value, str):
            value = self.read(value)
        path = self.path(scope)
        new = fresh(_as_json(value), self.source)
        changed = replaced(template, path, new)
        if changed is template and self.creates and value and not has_wildcard(path):
            return created(template, path, new)
        return changed


@dataclass(frozen=True, slots=True)
class Resolver:
    """A built resolver: the values of each stream, and where they go. `blames` says who gave two streams one name."""

    values: Callable[[], Iterator[Mapping[str, Json]]]
    mappings: tuple[ComponentMapping, ...]
    blames: FailureType

    def components(self, template: Node, config: Mapping[str, Json]) -> Iterator[Node]:
        """The template with each set of values in it."""
        as_written = plain(template)
        for values in self.values():
            scope = {"config": config, "stream_template_config": as_written, **values}
            component = template
            for mapping in self.mappings:
                component = mapping.applied(component, scope)
            yield component


def condition_problems(mappings: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with the declared mappings of a resolver that makes a stream of every entry."""
    if any(getattr(mapping, "condition", None) is not None for mapping in mappings):
        yield "components_mapping", "`condition` is for streams that come from the config"


def yaml_or_text(text: str) -> Json:
    """What a text means as YAML; the text itself where it is none."""
    try:
        node = load_value(text)
    except ManifestError:
        return text
    return None if node is None else plain(node)


def _as_json(value: Json) -> Json:
    """The value with lists for tuples, which a template may spell."""
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _as_json(child) for key, child in value.items()}
    return value


COMPONENT_MAPPING: Kind[ComponentMapping] = Kind(
    "component_mapping", "A value, and where it goes in a template."
)
COMPONENTS_RESOLVER: Kind[Resolver] = Kind("components_resolver", "Tells which streams there are.")
STREAM_CONFIG: Kind[list[Json]] = Kind("stream_config", "A list in the config, one entry for each stream.")
STREAM_PARAMETERS: Kind[list[Json]] = Kind("stream_parameters", "A list of values, one for each stream.")
