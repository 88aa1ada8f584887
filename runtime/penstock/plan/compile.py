"""A manifest and a config to stream plans: names bound, config applied; no manifest, registry or Jinja text left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from penstock.components.checks import Check
from penstock.errors import ConfigError, ExpressionError
from penstock.expressions.forms import whole_number
from penstock.hints import did_you_mean, listed
from penstock.lean import dataclass
from penstock.masking.redactor import secret_values
from penstock.plan.config import overlaid, validate_parts
from penstock.plan.dynamic import resolve_dynamic
from penstock.plan.groups import held_apart
from penstock.plan.manifest import Manifest
from penstock.protocol.spec import validate_config
from penstock.records.jobs import share_job_limit
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
    """Bind a manifest to a config, and ask which dynamic streams there are. Raises ConfigError where they do not fit."""
    _validate(manifest, using)
    using = _within_budget(manifest, using)
    static = _static(manifest, using)
    dynamic = resolve_dynamic(manifest.source, using)
    check_names = manifest.source.check.build(using).stream_names
    streams = [*static, *chain(*dynamic.values())]
    _warn_of_missed(using, [plan.name for plan in streams])
    return _plan(manifest, using, streams, check_names)


def _warn_of_missed(using: Resources, names: Sequence[str]) -> None:
    """A policy may serve several connectors, so a stream that is not here is no error; a misspelt one leaves in clear."""
    for name in using.masking.missed(names):
        hint = did_you_mean(name, names) or "it masks nothing here"
        using.log("WARN", f"the masking policy speaks of stream `{name}`, which there is not; {hint}")


def compile_check(manifest: Manifest, using: Resources) -> SourcePlan:
    """As `compile_source`, for a check: with its overrides of the config, and asking only for the streams it needs."""
    _validate(manifest, using)
    check = manifest.source.check.build(using)
    if check.config_overrides:
        for secret in secret_values(check.config_overrides, manifest.specification):
            using.minted(secret)
        using = overlaid(using, check.config_overrides)
    using = _within_budget(manifest, using)
    static = _static(manifest, using)
    known = {plan.name for plan in static}
    if check.first is None and not check.dynamic and known.issuperset(check.stream_names):
        return _plan(manifest, using, static, check.stream_names)
    dynamic = resolve_dynamic(manifest.source, using)
    streams = [*static, *chain(*dynamic.values())]
    return _plan(manifest, using, streams, _to_try(check, streams, dynamic))


def _validate(manifest: Manifest, using: Resources) -> None:
    if manifest.source.spec is not None:
        validate_config(using.config, manifest.specification)
        validate_parts(manifest, using)


def _static(manifest: Manifest, using: Resources) -> list[StreamPlan]:
    """The streams of the manifest itself, those of conditions that hold among them."""
    share_job_limit(using, _job_limit(manifest, using))
    built = [stream.build(using) for stream in manifest.source.streams]
    return [plan for plans in built for plan in (plans if isinstance(plans, list) else [plans])]


def _job_limit(manifest: Manifest, using: Resources) -> int:
    """How many jobs may run at once; one where that is no number, as in the reference runtime."""
    declared = manifest.source.max_concurrent_async_job_count
    if declared is None:
        return 1
    try:
        return max(whole_number(declared({"config": using.config}), "`max_concurrent_async_job_count`"), 1)
    except ExpressionError as error:
        using.log("WARN", f"{error.message}; jobs run one at a time")
        return 1


def _within_budget(manifest: Manifest, using: Resources) -> Resources:
    budget = manifest.source.api_budget
    return replace(using, budget=budget.build(using).within) if budget else using


def _plan(
    manifest: Manifest, using: Resources, streams: Sequence[StreamPlan], check_names: Sequence[str]
) -> SourcePlan:
    level = manifest.source.concurrency_level
    groups = {name: group.build(using) for name, group in manifest.source.stream_groups.items()}
    return SourcePlan(
        {plan.name: plan for plan in held_apart(streams, groups)},
        tuple(check_names),
        level.build(using) if level else DEFAULT_CONCURRENCY,
    )


def _to_try(
    check: Check, streams: Sequence[StreamPlan], dynamic: Mapping[str, Sequence[StreamPlan]]
) -> list[str]:
    """The names of the streams that a check tries, in order."""
    if check.first is not None:
        return [plan.name for plan in streams[: check.first]] if check.reads else []
    names = list(check.stream_names)
    for wanted in check.dynamic:
        if wanted.name not in dynamic:
            raise ConfigError(f"the manifest has no dynamic stream `{wanted.name}`")
        names += [plan.name for plan in dynamic[wanted.name][: wanted.count]]
    return names


def chosen_streams(plan: SourcePlan, names: Sequence[str]) -> list[StreamPlan]:
    """The streams of these names, each once; all where no name is given. Raises ConfigError."""
    if not names:
        return list(plan.streams.values())
    return [find_stream(plan, name) for name in dict.fromkeys(names)]


def find_stream(plan: SourcePlan, name: str) -> StreamPlan:
    """The stream of this name. Raises ConfigError."""
    if name not in plan.streams:
        hint = did_you_mean(name, plan.streams) or f"there are {listed(plan.streams)}"
        raise ConfigError(f"the manifest has no stream `{name}`", hint=hint)
    return plan.streams[name]


def only_stream(manifest: Manifest, name: str) -> Manifest:
    """The manifest without the streams that surely are others: what they need must not stand in the way."""
    source = manifest.source
    kept = [declared for declared in source.streams if getattr(declared, "name", name) == name]
    is_there = any(getattr(declared, "name", None) == name for declared in kept)
    return replace(
        manifest,
        source=replace(source, streams=kept, dynamic_streams=[] if is_there else source.dynamic_streams),
    )
