"""Looks on while a sample is taken, ends it at its limits, and keeps what there is to tell."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from penstock.errors import PenstockError
from penstock.expressions.scope import Slice
from penstock.http.request import HttpRequest, HttpResponse, Send
from penstock.http.retry import Interrupted
from penstock.http.transport import TransportFailure
from penstock.masking.batch import MaskedBatch, RawBatch, Record
from penstock.masking.exits import Level
from penstock.masking.policy import StreamMasks
from penstock.masking.stand_ins import StandIns
from penstock.records.pages import Page
from penstock.records.stream import Mask
from penstock.sync.sample_notes import Page as PageNote
from penstock.sync.sample_notes import Sent, SliceNote, Teller
from penstock.sync.sample_records import masked_by, objects_in
from penstock.sync.sample_told import LogLine, Told, Wait

if TYPE_CHECKING:
    from penstock.sync.sample import SampleLimits

Json = Any


class Trace:
    """Looks on while one worker reads a stream, and ends it at the limits. What it keeps is clear: `told` is not.

    `masks` are those of each stream that was built, parents included.
    """

    def __init__(
        self, stream: str, limits: SampleLimits, stop: threading.Event, changed: Callable[[], None]
    ) -> None:
        self.masks: dict[str, StreamMasks] = {}
        self.changed = changed
        self.secrets = 0
        self.is_over = False
        self._ended = self._shortened = ""
        self.stream = stream
        self._limits = limits
        self._stop = stop
        self._started = time.monotonic()
        self._lock = threading.RLock()
        self._slices: list[SliceNote] = []
        self._other: list[Sent] = []
        self._aside: list[tuple[Record, Record | None]] = []
        """Records that are not shown: those of parents, and those that were left out."""
        self._waits: list[Wait] = []
        self._log: list[LogLine] = []
        self._open: list[Sent] = []
        self._slice: SliceNote | None = None
        self._page: PageNote | None = None
        self._asking = self._logging_in = ""
        self._count = 0

    @property
    def reason(self) -> str:
        """Why not all was read: what ended the sample, else what cut a slice short."""
        return self._ended or self._shortened

    @property
    def purpose(self) -> str:
        """What the request that is being sent is for, one of PURPOSES."""
        if self._logging_in:
            return self._logging_in
        if self._page is not None:
            return "page"
        return "parent" if self._asking else "other"

    def told(self, teller: Teller) -> Told:
        """What there is so far."""
        with self._lock:
            slices, other = list(self._slices), list(self._other)
            lists = [self._aside, *(page.pairs for note in slices for page in note.pages)]
            for pairs in lists:
                teller.learn(id(pairs), pairs)
            waits, log = tuple(self._waits), list(self._log)
            teller.secrets = self.secrets
            if self.is_over:
                teller.last_time()
        return Told(
            tuple(teller.slice(note) for note in slices),
            tuple(teller.exchange(note) for note in other),
            waits,
            tuple(replace(line, text=teller.text(line.text)) for line in log),
        )

    def pairs(self) -> list[tuple[Record, Record | None]]:
        """The records of the stream, clear, each with what would leave of it."""
        with self._lock:
            return [pair for note in self._slices for page in note.pages for pair in page.pairs]

    def teach(self, stand_ins: StandIns) -> None:
        """Let stand-ins learn of all that was read, and of what their own rules hide of what was sent and answered."""
        with self._lock:
            pages = [page for note in self._slices for page in note.pages]
            pairs = [*self._aside, *(pair for page in pages for pair in page.pairs)]
            exchanges = [*self._other, *(sent for page in pages for sent in page.sent)]
        for record, masked in pairs:
            stand_ins.learn(record, masked)
        for sent in exchanges:
            options = sent.request.options
            for named in (options.params, options.headers, sent.headers):
                stand_ins.learn_value(dict(named))
            stand_ins.learn_body(sent.request.content()[0] or b"")
            stand_ins.learn_body(sent.text_body()[0])

    def page_pairs(self, slice_: int, page: int) -> tuple[tuple[Record, Record | None], ...]:
        """The records of a page before and after masks."""
        with self._lock:
            pages = self._slices[slice_ - 1].pages if 0 < slice_ <= len(self._slices) else []
            return tuple(pages[page - 1].pairs) if 0 < page <= len(pages) else ()

    def over(self) -> None:
        """Nothing more will come."""
        with self._lock:
            self._settle()
            self.is_over = True

    def minting(self, minted: Callable[[str], None]) -> Callable[[str], None]:
        """Who is told of secrets that come up; what was told before is told anew without them."""

        def told(secret: str) -> None:
            minted(secret)
            self.secrets += 1

        return told

    def log(self, level: Level, text: str) -> None:
        """Take note of what the run says."""
        with self._lock:
            self._log.append(LogLine(self._now(), level, text))

    def backing_off(self, seconds: float) -> None:
        """A wait before a request is sent again: it is told, and not waited."""
        with self._lock:
            self._waits.append(Wait(self._now(), seconds, is_skipped=True))
        self.changed()
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
        """A network whose exchanges are kept. An answer that nobody waits for any more is lost."""

        def sent(request: HttpRequest) -> HttpResponse:
            self._check()
            note = self._begun(request)
            before = time.monotonic()
            try:
                response = self._awaited(lambda: send(replace(request, streams=False)))
                note.answered(response)
                if not response.ok:
                    self._learn_from(note)
            except TransportFailure as failure:
                note.failure = failure.reason
                raise
            except PenstockError as error:
                note.failure = error.message
                raise
            finally:
                note.seconds = time.monotonic() - before
                self.changed()
            return response

        return sent

    def logging_in(self, send: Send) -> Send:
        """A network for requests that get credentials."""

        def sent(request: HttpRequest) -> HttpResponse:
            self._logging_in = "login"
            try:
                return send(request)
            finally:
                self._logging_in = ""

        return sent

    @property
    def is_in_slice(self) -> bool:
        """Whether a slice is being read, rather than planned."""
        return self._slice is not None

    def end(self, reason: str) -> None:
        """Read no further."""
        self._ended = self._ended or reason
        self._stop.set()

    def begin_slice(self, slice_: Slice) -> None:
        """A slice is read. Raises Interrupted where it is one too many."""
        if len(self._slices) >= self._limits.slices:
            self.end(f"the limit of {self._limits.slices} slices is reached")
        elif self._count >= self._limits.records:
            self.end(self._most_records)
        self._check()
        with self._lock:
            self._slice = SliceNote(len(self._slices) + 1, slice_, time.monotonic())
            self._slices.append(self._slice)
        self.changed()

    def end_slice(self, error: PenstockError | None, *, is_whole: bool) -> None:
        """The slice is read, or failed, or is left before its end."""
        if self._page is not None and not self._page.pairs:
            self._learn_from(*self._page.sent)
        with self._lock:
            slice_, self._slice, self._page = self._slice, None, None
            assert slice_ is not None
            slice_.seconds = time.monotonic() - slice_.started
            slice_.error = error
            if error is not None:
                slice_.reason = "failed"
            elif is_whole:
                slice_.reason = (slice_.pages[-1].why_last if slice_.pages else "") or "all was read"
            else:
                slice_.reason = self._ended or "cancelled"
            self._settle()
        self.changed()

    def begin_page(self, token: Json, token_path: str) -> None:
        """A page of the slice is about to be asked for. Raises EnoughPages where it is one too many."""
        self._check()
        slice_ = self._slice
        assert slice_ is not None
        if len(slice_.pages) >= self._limits.pages:
            self._shortened = slice_.pages[-1].why_last = self._most_pages
            raise EnoughPages
        with self._lock:
            self._page = PageNote(len(slice_.pages) + 1, token, token_path, time.monotonic())
            slice_.pages.append(self._page)

    def end_page(self, page: Page | None, following: Json, why_last: str) -> bool:
        """The page is read; tells whether to read the next one."""
        noted, slice_ = self._page, self._slice
        assert noted is not None
        assert slice_ is not None
        if page is None or not page.extracted:
            self._learn_from(*noted.sent)
        with self._lock:
            self._page = None
            noted.is_over = True
            noted.seconds = time.monotonic() - noted.started
            noted.following = following
            noted.why_last = why_last
            if page is not None:
                noted.extracted, noted.selected = page.extracted, page.selected
            self._settle()
        if following and len(slice_.pages) >= self._limits.pages:
            noted.why_last = self._shortened = self._most_pages
        elif following and self._count >= self._limits.records:
            noted.why_last = self._shortened = self._most_records
        else:
            self.changed()
            return True
        self.changed()
        return False

    def learn_aside(self, stream: str, records: list[Record]) -> None:
        """Records that are not shown: what is masked of them may turn up."""
        masks = self.masks.get(stream)
        made = [(record, masked_by(masks, stream, record)) for record in records]
        with self._lock:
            self._aside += made

    def _learn_from(self, *answers: Sent) -> None:
        """Objects in answers without records may be like records, which some APIs send back: their masks tell."""
        masks = self.masks.get(self._asking or self.stream)
        for sent in answers:
            made = [(each, masked_by(masks, self.stream, each)) for each in objects_in(sent.text_body()[0])]
            with self._lock:
                self._aside += [(each, masked) for each, masked in made if masked is not None]

    def take(self, mask: Mask, batch: RawBatch) -> MaskedBatch:
        """Mask records one by one and keep them. Raises what the mask raises, and Interrupted past the limit."""
        left = self._limits.records - self._count
        for record in batch.records[:left]:
            masked: Record | None = None
            try:
                made = mask(RawBatch(batch.stream, [record])).records
                masked = made[0] if made else None
            finally:
                with self._lock:
                    page = self._page or self._page_without_requests()
                    page.pairs.append((record, masked))
        self._count += len(batch.records[:left])
        if len(batch.records) > left:
            self.learn_aside(self.stream, batch.records[left:])
            if self._page is not None:
                self._page.why_last = self._most_records
            self.end(self._most_records)
            raise Interrupted
        self.changed()
        return mask(RawBatch(batch.stream, []))

    @property
    def _most_records(self) -> str:
        return f"the limit of {self._limits.records:,} records is reached"

    @property
    def _most_pages(self) -> str:
        return f"the limit of {self._limits.pages} pages is reached"

    def _page_without_requests(self) -> PageNote:
        """Where records come from something that has no pages, such as a database, one stands for all."""
        slice_ = self._slice
        assert slice_ is not None
        if not slice_.pages:
            slice_.pages.append(PageNote(1, None, "none", time.monotonic(), is_over=True))
        return slice_.pages[-1]

    def _begun(self, request: HttpRequest) -> Sent:
        purpose = self.purpose
        stream = {"page": self.stream, "parent": self._asking}.get(purpose, "")
        note = Sent(request, stream, purpose, self._now())
        with self._lock:
            for before in [sent for sent in self._open if sent.purpose in {"login", "other"}]:
                before.is_open = False
            self._open.append(note)
            if purpose == "page" and self._page is not None:
                self._page.sent.append(note)
            else:
                self._other.append(note)
        return note

    def _settle(self) -> None:
        """What was answered so far is read, and what it holds that is masked or secret is known."""
        for sent in self._open:
            sent.is_open = False
        self._open.clear()

    def asking_for(self, stream: str) -> None:
        """A page of a parent is about to be asked for; empty: no longer."""
        self._asking = stream
        with self._lock:
            self._settle()

    def _awaited(self, ask: Callable[[], HttpResponse]) -> HttpResponse:
        """The answer, unless the sample is to end before it comes."""
        came = threading.Event()
        given: list[HttpResponse] = []
        failed: list[BaseException] = []

        def run() -> None:
            try:
                given.append(ask())
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                failed.append(error)
            came.set()

        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(run,), name="penstock-sample-send", daemon=True).start()
        while not came.wait(0.02):
            self._check()
        if failed:
            raise failed[0]
        return given[0]

    def _check(self) -> None:
        """Raise Interrupted where the sample is to end."""
        if self._now() > self._limits.seconds:
            self.end(f"the time of {self._limits.seconds:g} s is up")
        if self._stop.is_set() or self.is_over:
            raise Interrupted

    def _now(self) -> float:
        return time.monotonic() - self._started


class EnoughPages(Exception):  # noqa: N818 - nothing went wrong
    """A slice has as many pages as it may."""
