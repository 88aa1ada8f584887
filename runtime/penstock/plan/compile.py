"""A manifest and a config to stream plans: names bound, config applied; no manifest, registry or Jinja text left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from penstock.errors import ConfigError
from penstock.plan.manifest import Manifest
from penstock.protocol.spec import validate_config
from penstock.records.resources import Resources
from penstock.records.stream import StreamPlan

DEFAULT_CONCURRENCY = 2


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """Every stream of a manifest, ready to read, in the manifest's order."""

    streams: Mapping[str, StreamPlan]
    check_names: tuple[str, ...]
    concurrency: int


def compile_source(manifest: Manifest, using: Resources) -> SourcePlan:
    """Bind a manifest to a config. Raises ConfigError where they do not fit."""
    if manifest.source.spec is not None:
        validate_config(using.config, manifest.specification)
    source = manifest.source
    concurrency = source.concurrency_level.build(using) if source.concurrency_level else DEFAULT_CONCURRENCY
    plans = [stream.build(using) for stream in source.streams]
    return SourcePlan(
        {plan.name: plan for plan in plans}, source.check.build(using).stream_names, concurrency
    )


def chosen_streams(plan: SourcePlan, names: Sequence[str]) -> list[StreamPlan]:
    """The streams of these names, each once; all where no name is given. Raises ConfigError."""
    if not names:
        return list(plan.streams.values())
    return [find_stream(plan, name) for name in dict.fromkeys(names)]


def find_stream(plan: SourcePlan, name: str) -> StreamPlan:
    """The stream of this name. Raises ConfigError."""
    from penstock.registry.hints import did_you_mean, listed

    if name not in plan.streams:
        hint = did_you_mean(name, plan.streams) or f"there are {listed(plan.streams)}"
        raise ConfigError(f"the manifest has no stream `{name}`", hint=hint)
    return plan.streams[name]
