"""What a sample tells: frozen, without secrets and clear values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.errors import PenstockError
from penstock.lean import dataclass
from penstock.masking.batch import Record

Json = Any


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that was sent, and its answer. `stream` is whose; `purpose` is one of the PURPOSES.

    `body` and `answer` are text; None where there is none to show, and `answer_note` says why, or that it is cut.
    `is_packed` where the answer is a gzip file: then `answer` is what it holds.
    `status` is None where no answer came: `failure` says why. `at` counts from the start of the sample.
    """

    stream: str
    purpose: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: str | None
    status: int | None
    answer_headers: Mapping[str, str]
    answer: str | None
    answer_bytes: int
    answer_note: str
    is_packed: bool
    failure: str
    at: float
    seconds: float


PURPOSES = ("page", "parent", "login", "other")
"""What requests are for: a page of the stream, one of a parent, credentials, or else, such as a job."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait before a request is sent again (`is_skipped`: it was not waited), or for a budget or a job."""

    at: float
    seconds: float
    is_skipped: bool


@dataclass(frozen=True, slots=True)
class LogLine:
    """What the run said."""

    at: float
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class PageSample:
    """A page: its token, the one it gave, its masked records, and why none comes after it.

    `token_path` says in words where tokens come from and go to; "none" where there is no paginator.
    `extracted` counts records before the filter, `selected` after it; `withheld` those that no mask lets leave.
    """

    number: int
    token: Json
    token_path: str
    following: Json
    exchanges: tuple[Exchange, ...]
    extracted: int
    selected: int
    records: tuple[Record, ...]
    withheld: int
    why_last: str
    seconds: float
    is_over: bool


@dataclass(frozen=True, slots=True)
class SliceSample:
    """A slice: what it is for, its pages, why it ended (empty while it goes on), and what went wrong."""

    number: int
    partition: Mapping[str, Json]
    window: Mapping[str, Json]
    pages: tuple[PageSample, ...]
    reason: str
    error: PenstockError | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Told:
    """All that a trace holds, as it may be told."""

    slices: tuple[SliceSample, ...]
    other: tuple[Exchange, ...]
    waits: tuple[Wait, ...]
    log: tuple[LogLine, ...]
