"""Resources that tests hold in their hands: a clock that stands, sleeps that are noted, a log that is kept."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, TypeVar

from penstock.destinations.memory import MemoryDestination
from penstock.diagnostics import Diagnostic, Diagnostics
from penstock.errors import ManifestError
from penstock.http.cache import ResponseCache
from penstock.http.request import HttpRequest, HttpResponse, Send
from penstock.http.transport import Transport
from penstock.lean import dataclass
from penstock.manifest.load import load_text
from penstock.manifest.parameters import hand_down_parameters
from penstock.manifest.references import resolve_references
from penstock.masking.keys import Key
from penstock.plan.compile import chosen_streams, compile_source
from penstock.plan.manifest import parse_manifest
from penstock.records.resources import Resources, StreamContext
from penstock.registry.component import Buildable
from penstock.registry.decode import Decoder, Grammar
from penstock.registry.kinds import Kind
from penstock.sync.read import read
from penstock.testing.custom_code import example_class

Json = Any
T = TypeVar("T")

NOW = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
"""The moment at which the clock of tests stands."""


@dataclass()
class Fakes:
    """Fake resources and what they saw. `sent` are the requests, `slept` the waits in seconds."""

    config: Mapping[str, Json] = field(default_factory=dict)
    answers: list[HttpResponse] = field(default_factory=list)
    now: dt.datetime = NOW
    seconds: float = 0.0
    folder: Path = field(default_factory=Path.cwd)
    sent: list[HttpRequest] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    minted: list[str] = field(default_factory=list)
    rate_limited: list[str] = field(default_factory=list)
    config_changes: int = 0

    def resources(self, stream: StreamContext | None = None, send: Send | None = None) -> Resources:
        """Resources over these fakes; `send` replaces the answers in turn."""
        return Resources(
            config=self.config,
            send=send or self._send,
            cache=ResponseCache(),
            clock=lambda: self.now,
            monotonic=lambda: self.seconds,
            sleep=self._sleep,
            jitter=lambda: 0.5,
            log=lambda level, text: self.logged.append(f"{level} {text}"),
            minted=self.minted.append,
            rate_limited=self.rate_limited.append,
            config_changed=self._note_change,
            key=lambda reference: Key(b"a key of thirty-two bytes, no less"),
            folder=self.folder,
            stream=stream or StreamContext("orders"),
        )

    def _send(self, request: HttpRequest) -> HttpResponse:
        self.sent.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def _note_change(self) -> None:
        self.config_changes += 1

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def decoded(text: str, kind: Kind[T]) -> tuple[Buildable[T], tuple[Diagnostic, ...]]:
    """What YAML text describes as a component, and every problem found on the way. Custom code is that of the examples."""
    found = Diagnostics()
    root = resolve_references(load_text(textwrap.dedent(text), found=found), found)
    made: Buildable[T] = Decoder(found, example_class).component(
        hand_down_parameters(root, Grammar(), found), kind
    )
    return made, found.all


def component(text: str, kind: Kind[T]) -> Buildable[T]:
    """The component that YAML text describes. Raises ManifestError."""
    made, diagnostics = decoded(text, kind)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise ManifestError(diagnostics)
    return made


def built(text: str, kind: Kind[T], **config: Json) -> T:
    """What the component that YAML text describes builds, with this config."""
    return component(text, kind).build(Fakes(config).resources())


def run(
    manifest: str,
    config: Mapping[str, Json] | None = None,
    *,
    streams: tuple[str, ...] = (),
    states: Mapping[str, Mapping[str, Json]] | None = None,
    fakes: Fakes | None = None,
    concurrency: int = 2,
) -> MemoryDestination:
    """Read a manifest over real HTTP, without waiting between attempts, into memory."""
    fakes = fakes or Fakes()
    fakes.config = config or fakes.config
    destination = MemoryDestination()
    transport = Transport()
    try:
        using = fakes.resources(send=transport)
        plan = compile_source(parse_manifest(textwrap.dedent(manifest), find_class=example_class), using)
        read(
            chosen_streams(plan, streams),
            states or {},
            destination,
            concurrency=concurrency,
            monotonic=lambda: fakes.seconds,
            ahead=using.ahead,
        )
    finally:
        transport.close()
    return destination


def json_response(body: Json, status: int = 200, **headers: str) -> HttpResponse:
    """An answer with a JSON body."""
    import orjson

    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status, {"Content-Type": "application/json", **given}, orjson.dumps(body))
