"""The streams that dynamic streams stand for."""

from __future__ import annotations

from collections.abc import Mapping

from penstock.components.streams.declarative_source import DeclarativeSource
from penstock.errors import ConfigError
from penstock.records.resources import Resources
from penstock.records.stream import StreamPlan


def resolve_dynamic(source: DeclarativeSource, using: Resources) -> Mapping[str, tuple[StreamPlan, ...]]:
    """Ask which streams there are, for each dynamic stream by its name.

    Raises ConfigError where two of them have one name, and what the requests and the templates raise.
    """
    found: dict[str, tuple[StreamPlan, ...]] = {}
    names: set[str] = set()
    for number, declared in enumerate(source.dynamic_streams):
        dynamic = declared.build(using)
        plans = []
        for plan in dynamic.resolve():
            if plan.name in names:
                raise ConfigError(
                    f"two dynamic streams have the name `{plan.name}`",
                    hint="let `components_mapping` give each its own `name`",
                    failure_type=dynamic.blames,
                )
            names.add(plan.name)
            plans.append(plan)
        name = dynamic.name or f"dynamic_stream_{number}"
        found[name] = (*found.get(name, ()), *plans)
    return found
