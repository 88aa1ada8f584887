"""All that a component's `build` may use, in one argument (never `**kwargs`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import field, replace
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

from penstock.http.cache import ResponseCache
from penstock.http.request import Send
from penstock.http.retry import Decision
from penstock.lean import dataclass
from penstock.masking.exits import Log
from penstock.masking.keys import Key
from penstock.masking.policy import NO_POLICY, Masking
from penstock.masking.staging import staging_folder
from penstock.records.ahead import Ahead
from penstock.records.cursor import Cursor
from penstock.records.pages import UNWATCHED, Watch

Json = Any
T = TypeVar("T")


class Shared:
    """What the streams of one run have in common, such as a token or a rate limit. Safe to use from any thread."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Any] = {}
        self._lock = RLock()

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """The object of a key, made when it is first asked for."""
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
            made: T = self._made[key]
            return made


@dataclass(frozen=True, slots=True)
class StreamContext:
    """The stream for which components are built. `name` is what messages say; `schema` the declared JSON Schema."""

    name: str
    cursor: Cursor | None = None
    schema: Callable[[], Json] = dict


@dataclass(frozen=True, slots=True)
class Resources:
    """What a run offers. Tests pass a fake clock and a fake `send`.

    What the run is given:

    - `config`: the user's configuration.
    - `cursor_fields`, `catalog_schemas`: what the configured catalog says, by stream.
    - `key`: gives a masking key by its reference.
    - `folder`: where the manifest lies.
    - `staging`: where files of records are put.

    What components are built for:

    - `stream`: their stream.
    - `parent_depth`: how many streams stand between here and the manifest's own.
    - `base_url`: gives the base URL of the requester for which an authenticator is built.

    Requests and answers:

    - `send`: sends a request and gives the answer; `login` makes of it the `send` of requests that get credentials.
    - `budget`: makes a `send` wait for the API's limits.
    - `cache`: remembers answers within the run.
    - `answers_change`: whether requests are answered anew each time, such as how a job stands.
    - `refuse_unreadable`: whether an answer that cannot be decoded is an error; the reference runtime reads no records.

    Time and chance:

    - `clock`: gives the current moment with its zone.
    - `monotonic`: gives seconds that never go back.
    - `sleep`: waits for so many seconds; `back_off`, where it is given, does so before a request is sent again.
    - `jitter`: gives a number from 0 up to 1.

    What streams have in common:

    - `shared`: what is made once for all of them, such as a token.
    - `ahead`: lets idle workers help with what comes next.

    Who is told of what:

    - `log`: whoever watches the run, of anything.
    - `watch`: gives whoever looks on while a slice of a stream is read.
    - `decided`: whoever watches, of what becomes of an answer that is no success.
    - `minted`: the redactor, of a secret that came up during the run.
    - `rate_limited`: the run, of the stream whose API throttles.
    - `config_changed`: the run, that the config holds something that must be saved, such as a single-use refresh token.
    """

    config: Mapping[str, Json]
    send: Send
    cache: ResponseCache
    clock: Callable[[], dt.datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    jitter: Callable[[], float]
    log: Log
    minted: Callable[[str], None]
    rate_limited: Callable[[str], None]
    key: Callable[[str], Key]
    folder: Path
    shared: Shared = field(default_factory=Shared)
    config_changed: Callable[[], None] = lambda: None
    refuse_unreadable: bool = False
    budget: Callable[[Send], Send] = lambda send: send
    base_url: Callable[[], str] = str
    cursor_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    catalog_schemas: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    ahead: Ahead = field(default_factory=Ahead)
    stream: StreamContext = StreamContext("")
    parent_depth: int = 0
    staging: Path = field(default_factory=staging_folder)
    answers_change: bool = False
    masking: Masking = NO_POLICY
    back_off: Callable[[float], None] | None = None
    watch: Callable[[str], Watch] = lambda stream: UNWATCHED
    login: Callable[[Send], Send] = lambda send: send
    decided: Callable[[Decision], None] = lambda decision: None

    def with_key(self, key: Callable[[str], Key]) -> Resources:
        """The same resources with other masking keys."""
        return replace(self, key=key)

    def for_stream(self, stream: StreamContext) -> Resources:
        """The same resources for the components of a stream."""
        return replace(self, stream=stream)

    def for_parent(self) -> Resources:
        """The same resources for a stream that the one at hand is split by."""
        return replace(self, parent_depth=self.parent_depth + 1)

    def for_jobs(self) -> Resources:
        """The same resources for requests that are answered anew each time, such as how a job stands."""
        return replace(self, answers_change=True)

    @property
    def remembers_answers(self) -> bool:
        """Whether a stream's answers are kept unless its requester says otherwise.

        Those of direct parents are, inside the child and as a stream of their own; parents of parents are not, as in
        the reference runtime.
        """
        if self.answers_change:
            return False
        return self.parent_depth == 1 or (self.parent_depth == 0 and self.cache.keeps(self.stream.name))
