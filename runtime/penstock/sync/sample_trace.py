"""What a sample sees: kept as it came while it runs, told only without secrets and clear values."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from penstock.errors import PenstockError, as_told
from penstock.expressions.scope import Slice
from penstock.http.request import HttpRequest, HttpResponse, Send
from penstock.http.retry import Interrupted
from penstock.http.transport import TransportFailure
from penstock.lean import dataclass
from penstock.masking.batch import MaskedBatch, RawBatch, Record
from penstock.masking.exits import Level
from penstock.masking.policy import StreamMasks
from penstock.masking.stand_ins import StandIns
from penstock.records.pages import Page, Watch
from penstock.records.stream import Mask, Retriever, Router, WindowTest

if TYPE_CHECKING:
    from penstock.sync.sample import SampleLimits

Json = Any


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that was sent, and its answer. `stream` is whose, `purpose` one of `page`, `parent` and `other`.

    `body` and `answer` are text; None where the bytes are no text. `status` is None where no answer came: `failure`
    says why. `at` counts from the start of the sample.
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
    failure: str
    at: float
    seconds: float


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

    `extracted` counts records before the filter, `selected` after it; `withheld` those that no mask lets leave.
    """

    number: int
    token: Json
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
    """A slice: what it is for, its pages, and what went wrong."""

    number: int
    partition: Mapping[str, Json]
    window: Mapping[str, Json]
    pages: tuple[PageSample, ...]
    error: PenstockError | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Told:
    """All that a trace holds, as it may be told."""

    slices: tuple[SliceSample, ...]
    other: tuple[Exchange, ...]
    waits: tuple[Wait, ...]
    log: tuple[LogLine, ...]
    stand_ins: StandIns


@dataclass(slots=True)
class _Sent:
    """A request and what came of it, as it was."""

    request: HttpRequest
    stream: str
    purpose: str
    at: float
    seconds: float = 0.0
    response: HttpResponse | None = None
    failure: str = ""

    def told(self, stand_ins: StandIns) -> Exchange:
        content, content_type = self.request.content()
        headers = {name: str(value) for name, value in self.request.options.headers.items()}
        if content_type:
            headers.setdefault("Content-Type", content_type)
        response = self.response
        body = response.body if response is not None else b""
        return Exchange(
            self.stream,
            self.purpose,
            self.request.method,
            stand_ins.text(self.request.full_url()),
            {name: stand_ins.text(value) for name, value in headers.items()},
            stand_ins.body(content or b""),
            response.status if response is not None else None,
            {name: stand_ins.text(value) for name, value in response.headers.items()} if response else {},
            stand_ins.body(body),
            len(body),
            self.failure,
            self.at,
            self.seconds,
        )


@dataclass(slots=True)
class _Page:
    number: int
    stream: str
    token: Json
    started: float
    sent: list[_Sent] = field(default_factory=list)
    pairs: list[tuple[Record, Record | None]] = field(default_factory=list)
    following: Json = None
    extracted: int = 0
    selected: int = 0
    why_last: str = ""
    seconds: float = 0.0
    is_over: bool = False

    def told(self, stand_ins: StandIns) -> PageSample:
        records = tuple(masked for _, masked in self.pairs if masked is not None)
        return PageSample(
            self.number,
            stand_ins.value(self.token),
            stand_ins.value(self.following),
            tuple(sent.told(stand_ins) for sent in self.sent),
            self.extracted,
            self.selected,
            records,
            len(self.pairs) - len(records),
            self.why_last,
            self.seconds,
            self.is_over,
        )


@dataclass(slots=True)
class _Slice:
    number: int
    slice: Slice
    started: float
    pages: list[_Page] = field(default_factory=list)
    error: PenstockError | None = None
    seconds: float = 0.0

    def told(self, stand_ins: StandIns) -> SliceSample:
        return SliceSample(
            self.number,
            stand_ins.value(dict(self.slice.partition)),
            stand_ins.value(dict(self.slice.cursor_slice)),
            tuple(page.told(stand_ins) for page in self.pages),
            as_told(self.error, stand_ins.text) if self.error is not None else None,
            self.seconds,
        )


class Trace:
    """Looks on while one worker reads a stream, and ends it at the limits. What it keeps is clear: `told` is not.

    `masks` are those of each stream that was built, parents included.
    """

    def __init__(
        self, stream: str, limits: SampleLimits, stop: threading.Event, changed: Callable[[], None]
    ) -> None:
        self.masks: dict[str, StreamMasks] = {}
        self.reason = ""
        self.changed = changed
        self._stream = stream
        self._limits = limits
        self._stop = stop
        self._started = time.monotonic()
        self._lock = threading.RLock()
        self._slices: list[_Slice] = []
        self._other: list[_Sent] = []
        self._parents: list[tuple[Record, Record | None]] = []
        self._waits: list[Wait] = []
        self._log: list[LogLine] = []
        self._slice: _Slice | None = None
        self._page: _Page | None = None
        self._count = 0

    def told(self, stand_ins: StandIns) -> Told:
        """What there is so far."""
        with self._lock:
            pages = [page for slice_ in self._slices for page in slice_.pages]
            pairs = [*self._parents, *(pair for page in pages for pair in page.pairs)]
            for record, masked in pairs:
                stand_ins.learn(record, masked)
            return Told(
                tuple(slice_.told(stand_ins) for slice_ in self._slices),
                tuple(sent.told(stand_ins) for sent in self._other),
                tuple(self._waits),
                tuple(replace(line, text=stand_ins.text(line.text)) for line in self._log),
                stand_ins,
            )

    def log(self, level: Level, text: str) -> None:
        """Take note of what the run says."""
        with self._lock:
            self._log.append(LogLine(self._now(), level, text))

    def backing_off(self, seconds: float) -> None:
        """A wait before a request is sent again: it is told, and not waited."""
        with self._lock:
            self._waits.append(Wait(self._now(), seconds, is_skipped=True))
        self._check()

    def waiting(self, sleep: Callable[[float], None]) -> Callable[[float], None]:
        """A sleep that is told."""

        def told(seconds: float) -> None:
            with self._lock:
                self._waits.append(Wait(self._now(), seconds, is_skipped=False))
            self.changed()
            left = self._limits.seconds - self._now()
            sleep(min(seconds, max(left, 0.0) + 0.01))
            self._check()

        return told

    def sending(self, send: Send) -> Send:
        """A network whose exchanges are kept, each answer whole."""

        def sent(request: HttpRequest) -> HttpResponse:
            self._check()
            note = self._begun(request)
            before = time.monotonic()
            try:
                note.response = send(replace(request, streams=False))
            except TransportFailure as failure:
                note.failure = failure.reason
                raise
            except PenstockError as error:
                note.failure = error.message
                raise
            finally:
                note.seconds = time.monotonic() - before
                self.changed()
            return note.response

        return sent

    def watch(self, stream: str) -> Watch:
        """Who looks on while pages of a stream are read: those of a slice of ours, or a parent's."""
        return _Pages(self) if self._slice is not None else _ParentPages(self, stream)

    def reading(self, retriever: Retriever) -> Retriever:
        """A retriever whose slices are kept, as many as may be."""
        return _Slices(self, retriever)

    def masking(self, mask: Mask) -> Mask:
        """A mask whose records are kept, before and after."""
        return _Masks(self, mask)

    def end(self, reason: str) -> None:
        """Read no further."""
        self.reason = self.reason or reason
        self._stop.set()

    def begin_slice(self, slice_: Slice) -> None:
        """A slice is read. Raises Interrupted where it is one too many."""
        if len(self._slices) >= self._limits.slices:
            self.end(f"the limit of {self._limits.slices} slices is reached")
        self._check()
        with self._lock:
            self._slice = _Slice(len(self._slices) + 1, slice_, time.monotonic())
            self._slices.append(self._slice)
        self.changed()

    def end_slice(self, error: PenstockError | None) -> None:
        """The slice is read, or failed."""
        with self._lock:
            slice_, self._slice, self._page = self._slice, None, None
            assert slice_ is not None
            slice_.seconds = time.monotonic() - slice_.started
            slice_.error = error
        self.changed()

    def begin_page(self, token: Json) -> None:
        """A page of the slice is about to be asked for."""
        self._check()
        slice_ = self._slice
        assert slice_ is not None
        with self._lock:
            self._page = _Page(len(slice_.pages) + 1, self._stream, token, time.monotonic())
            slice_.pages.append(self._page)

    def end_page(self, page: Page | None, following: Json, why_last: str) -> bool:
        """The page is read; tells whether to read the next one."""
        noted, slice_ = self._page, self._slice
        assert noted is not None
        assert slice_ is not None
        with self._lock:
            self._page = None
            noted.is_over = True
            noted.seconds = time.monotonic() - noted.started
            noted.following = following
            noted.why_last = why_last
            if page is not None:
                noted.extracted, noted.selected = page.extracted, page.selected
        self.changed()
        if following and len(slice_.pages) >= self._limits.pages:
            noted.why_last = f"the limit of {self._limits.pages} pages is reached"
            self.reason = noted.why_last
            return False
        return True

    def learn_parent(self, stream: str, records: list[Record]) -> None:
        """Records of a parent: they are not shown, but what is masked of them may turn up."""
        masks = self.masks.get(stream)
        with self._lock:
            self._parents += [(record, _masked(masks, stream, record)) for record in records]

    def take(self, mask: Mask, batch: RawBatch) -> MaskedBatch:
        """Mask records one by one and keep them. Raises what the mask raises, and Interrupted past the limit."""
        left = self._limits.records - self._count
        if left <= 0:
            self.end(f"the limit of {self._limits.records:,} records is reached")
            raise Interrupted
        taken = batch.records[:left]
        self._count += len(taken)
        with self._lock:
            page = self._page or self._page_without_requests()
            for record in taken:
                page.pairs.append((record, None))
        first = len(page.pairs) - len(taken)
        for index, record in enumerate(taken):
            masked = mask(RawBatch(batch.stream, [record])).records
            with self._lock:
                page.pairs[first + index] = (record, masked[0] if masked else None)
        self.changed()
        return mask(RawBatch(batch.stream, []))

    def _page_without_requests(self) -> _Page:
        """Where records come from something that has no pages, such as a database, one stands for all."""
        slice_ = self._slice
        assert slice_ is not None
        if not slice_.pages:
            slice_.pages.append(_Page(1, self._stream, None, time.monotonic(), is_over=True))
        return slice_.pages[-1]

    def _begun(self, request: HttpRequest) -> _Sent:
        with self._lock:
            if self._page is not None:
                note = _Sent(request, self._stream, "page", self._now())
                self._page.sent.append(note)
            else:
                note = _Sent(request, self._asking, "parent" if self._asking else "other", self._now())
                self._other.append(note)
        return note

    _asking: str = ""

    def asking_for(self, stream: str) -> None:
        """A page of a parent is about to be asked for; empty: no longer."""
        self._asking = stream

    def _check(self) -> None:
        """Raise Interrupted where the sample is to end."""
        if self._now() > self._limits.seconds:
            self.end(f"the time of {self._limits.seconds:g} s is up")
        if self._stop.is_set():
            raise Interrupted

    def _now(self) -> float:
        return time.monotonic() - self._started


def _masked(masks: StreamMasks | None, stream: str, record: Record) -> Record | None:
    """A record of a parent as it would leave; None where it would not."""
    if masks is None:
        return record
    try:
        made = masks(RawBatch(stream, [record])).records
    except PenstockError:
        return None
    return made[0] if made else None


class _Pages:
    """The pages of the slice at hand."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def begins(self, token: Json) -> None:
        self._trace.begin_page(token)

    def records(self, chosen: list[Record]) -> None:
        """They come again with the mask."""

    def ends(self, page: Page | None, following: Json, why_last: Callable[[], str]) -> bool:
        return self._trace.end_page(page, following, "" if following else why_last())


class _ParentPages:
    """The pages of a stream that is read for the slices."""

    def __init__(self, trace: Trace, stream: str) -> None:
        self._trace = trace
        self._stream = stream

    def begins(self, token: Json) -> None:
        self._trace.asking_for(self._stream)

    def records(self, chosen: list[Record]) -> None:
        self._trace.asking_for("")
        self._trace.learn_parent(self._stream, chosen)

    def ends(self, page: Page | None, following: Json, why_last: Callable[[], str]) -> bool:
        self._trace.asking_for("")
        return True


class _Slices:
    def __init__(self, trace: Trace, retriever: Retriever) -> None:
        self._trace = trace
        self._retriever = retriever

    @property
    def router(self) -> Router | None:
        return self._retriever.router

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        self._trace.begin_slice(slice_)
        error: PenstockError | None = None
        try:
            yield from self._retriever.read(slice_, test)
        except Interrupted:
            raise
        except Exception as failed:
            error = as_told(failed)
            raise
        finally:
            self._trace.end_slice(error)


class _Masks:
    def __init__(self, trace: Trace, mask: Mask) -> None:
        self._trace = trace
        self._mask = mask

    def __call__(self, batch: RawBatch) -> MaskedBatch:
        return self._trace.take(self._mask, batch)

    def keeps_apart(self, field: str) -> bool:
        return self._mask.keeps_apart(field)
