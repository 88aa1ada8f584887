"""What the next sync of a stream would request first, for each of its slices. Nothing is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from penstock.errors import PenstockError, as_told
from penstock.expressions.scope import Slice
from penstock.http.request import HttpRequest, HttpResponse
from penstock.lean import dataclass
from penstock.masking.exits import Level
from penstock.masking.redactor import MASK, Redactor
from penstock.plan.compile import SourcePlan, compile_source, find_stream, only_stream
from penstock.plan.manifest import Manifest
from penstock.records.resources import Resources
from penstock.records.state import Work, open_state
from penstock.records.stream import ParentsRead, StreamPlan, WindowTest, traits_of
from penstock.sync.runtime import resources_for

Json = Any


@dataclass(frozen=True, slots=True)
class Planned:
    """A request that would be sent, with known secrets replaced, and without credentials.

    `slice` is what it is for, `after` what must be read before: the streams whose records it is made from.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: str
    slice: Mapping[str, str]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The first request of each of the first slices, `more` slices after them, and what kept others from being told."""

    requests: tuple[Planned, ...]
    more: int
    notes: tuple[str, ...]


MOST_COUNTED = 100_000
"""Slices after which nobody counts on."""


class _NotSentError(BaseException):
    """Stops whoever sends a request; nothing on the way may take it for an answer."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self.request = request


def preview(
    manifest: Manifest,
    stream: str,
    config: Mapping[str, Json],
    saved: Mapping[str, Json],
    redactor: Redactor,
    most_slices: int,
) -> Preview:
    """What a sync from a saved state (`{}` for none) would request first. Raises ConfigError.

    Give a manifest without authenticators: who logs in would have to ask the API.
    """
    with resources_for(
        manifest, config, log=_silent, redactor=redactor, config_changed=lambda changed: None
    ) as using:
        dry = replace(using, send=_refuse)
        told = _Preview(redactor, most_slices)
        try:
            plan = find_stream(_compiled(only_stream(manifest, stream), dry), stream)
        except _NotSentError as needed:
            return Preview((told.request(needed.request, {}),), 0, ("it tells which streams there are",))
        return told.of(plan, saved)


def _compiled(manifest: Manifest, using: Resources) -> SourcePlan:
    """The streams; those of the manifest alone where others have to be asked for."""
    try:
        return compile_source(manifest, using)
    except _NotSentError:
        if not manifest.source.streams:
            raise
        return compile_source(replace(manifest, source=replace(manifest.source, dynamic_streams=[])), using)


def _refuse(request: HttpRequest) -> HttpResponse:
    raise _NotSentError(request)


def _silent(level: Level, text: str) -> None:
    """Nothing is done, so there is nothing to say."""


@dataclass()
class _Preview:
    redact: Redactor
    most: int

    def of(self, declared: StreamPlan, saved: Mapping[str, Json]) -> Preview:
        plan, opened = declared.resumed(saved)
        found: list[Planned] = []
        notes: dict[str, None] = {}
        work = self._slices(plan, opened)
        for slice_ in work:
            if isinstance(slice_, HttpRequest):
                parents = tuple(sorted(traits_of(plan.retriever.router).ancestors))
                found.append(self.request(slice_, {}))
                notes["the slices are made of what this answers"] = None
                found += self._for_a_parent(plan, parents, notes)
                break
            found += self._first(plan, slice_.slice, slice_.test, (), notes)
            if len(found) == self.most:
                break
        return Preview(tuple(found), sum(1 for _ in islice(work, MOST_COUNTED)), tuple(notes))

    def request(
        self, request: HttpRequest, slice_: Mapping[str, Json], after: tuple[str, ...] = ()
    ) -> Planned:
        """A request as it is told."""
        content, content_type = request.content()
        headers = {name: self.redact(str(value)) for name, value in request.options.headers.items()}
        if content_type:
            headers.setdefault("Content-Type", content_type)
        body = self.redact((content or b"").decode("utf-8", "replace"))
        told = {name: self.redact(str(value)) for name, value in slice_.items()}
        return Planned(
            request.method, _without_user(self.redact(request.full_url())), headers, body, told, after
        )

    def _slices(self, plan: StreamPlan, saved: Mapping[str, Json]) -> Iterator[Work | HttpRequest]:
        """The slices in order; where a parent has to be read for them, its first request ends them."""
        try:
            for work in open_state(plan, saved).work():
                if not isinstance(work, ParentsRead) and not work.idle:
                    yield work
        except _NotSentError as needed:
            yield needed.request

    def _for_a_parent(
        self, plan: StreamPlan, parents: tuple[str, ...], notes: dict[str, None]
    ) -> Iterator[Planned]:
        """The request of some partition: names stand in for the values that records of parents will have."""
        names = traits_of(plan.retriever.router).parent_fields
        if not names:
            return
        cursor = plan.cursor
        window = next(iter(cursor.windows(cursor.open({}))), {}) if cursor is not None else {}
        slice_ = Slice({name: f"<{name}>" for name in names}, window)
        yield from self._first(plan, slice_, None, parents, notes)

    def _first(
        self,
        plan: StreamPlan,
        slice_: Slice,
        test: WindowTest | None,
        after: tuple[str, ...],
        notes: dict[str, None],
    ) -> Iterator[Planned]:
        """The first request of a slice; what keeps it from being told goes into `notes`."""
        try:
            next(iter(plan.retriever.read(slice_, test)), None)
        except _NotSentError as needed:
            yield self.request(needed.request, _told(slice_), after)
        except PenstockError as error:
            notes[as_told(error, self.redact).message] = None
        else:
            notes["a slice needs no request"] = None


def _without_user(url: str) -> str:
    """A URL without the user and password that stand before its host."""
    return re.sub(r"(?<=://)[^/?#]*@", f"{MASK}@", url)


def _told(slice_: Slice) -> Mapping[str, Json]:
    return {name: value for name, value in slice_.items() if name != "parent_slice"}
