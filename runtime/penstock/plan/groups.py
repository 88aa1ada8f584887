"""Streams that are not read at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from penstock.records.state import NO_CURSOR
from penstock.records.stream import StreamPlan, traits_of


def held_apart(plans: Iterable[StreamPlan], groups: Mapping[str, frozenset[str]]) -> Iterator[StreamPlan]:
    """Give the streams with the groups that they are in; a stream that reads another is in that one's too."""
    for plan in plans:
        read = {plan.name} | _ancestors(plan) if groups else frozenset[str]()
        mine = frozenset(name for name, streams in groups.items() if read & streams)
        yield replace(plan, groups=mine) if mine else plan


def _ancestors(plan: StreamPlan) -> frozenset[str]:
    forms = [plan] if plan.delegate is None else [plan, plan.delegate(NO_CURSOR)[0]]
    return frozenset[str]().union(*(traits_of(form.retriever.router).ancestors for form in forms))
