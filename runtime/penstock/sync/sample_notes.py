"""What a sample keeps, clear, as it came, and how it is told: once, and again where more was learned since."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from penstock.errors import PenstockError, as_told
from penstock.expressions.scope import Slice
from penstock.http.request import HttpRequest, HttpResponse
from penstock.lean import dataclass
from penstock.masking.batch import Record
from penstock.masking.stand_ins import Make, StandIns
from penstock.sync.sample_told import Exchange, PageSample, SliceSample

Json = Any

MOST_TOLD_BYTES = 262_144
"""So much of a body is shown."""

MOST_KEPT_BYTES = 16 * MOST_TOLD_BYTES
"""So much of one is kept, for recordings."""

_GZIP = b"\x1f\x8b"
_LEAST_LOOKED_FOR = 6
_JSON_PARTS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)


@dataclass(slots=True)
class Sent:
    """A request and what came of it. While it `is_open` nobody has read the answer, so nobody knows what it holds."""

    request: HttpRequest
    stream: str
    purpose: str
    at: float
    seconds: float = 0.0
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    size: int = 0
    failure: str = ""
    is_open: bool = True

    def answered(self, response: HttpResponse) -> None:
        """Take note of an answer, its body as far as it is told."""
        self.size = len(response.body)
        self.body = response.body[:MOST_KEPT_BYTES]
        self.headers = response.headers
        self.status = response.status

    def text_body(self) -> tuple[bytes, bool]:
        """The body as it was kept, and whether it was unpacked first, as a gzip file is."""
        if not self.body.startswith(_GZIP):
            return self.body, False
        try:
            return zlib.decompressobj(wbits=31).decompress(self.body, MOST_KEPT_BYTES), True
        except zlib.error:
            return self.body, False


@dataclass(slots=True)
class Page:
    """A page of a slice; `pairs` are its records before and after masking."""

    number: int
    token: Json
    token_path: str
    started: float
    sent: list[Sent] = field(default_factory=list)
    pairs: list[tuple[Record, Record | None]] = field(default_factory=list)
    following: Json = None
    extracted: int = 0
    selected: int = 0
    why_last: str = ""
    seconds: float = 0.0
    is_over: bool = False


@dataclass(slots=True)
class SliceNote:
    """A slice and its pages."""

    number: int
    slice: Slice
    started: float
    pages: list[Page] = field(default_factory=list)
    reason: str = ""
    error: PenstockError | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class _Cached:
    exchange: Exchange
    learned: int
    secrets: int
    grams: frozenset[str]
    text: str


class Teller:
    """Tells notes without secrets and clear values; what it has learned it keeps. For one thread at a time.

    An exchange that was told is told again only where a value that was learned since may stand in it.
    """

    def __init__(
        self, stand_ins: Callable[[Make], StandIns], make: Make, *, most_bytes: int = MOST_TOLD_BYTES
    ) -> None:
        self._make = make
        self._most_bytes = most_bytes
        self._stand_ins = stand_ins(self._noting)
        self._learned: list[str] = []
        self._noted: set[str] = set()
        self._pairs: dict[int, int] = {}
        self._cache: dict[int, _Cached] = {}
        self._is_last = False
        self.secrets = 0
        """Counts the secrets that came up; after another one, everything is told again."""

    def learn(self, key: int, pairs: list[tuple[Record, Record | None]]) -> None:
        """Learn of a list of pairs, known by `key`, those that are new."""
        known = self._pairs.get(key, 0)
        for record, masked in pairs[known:]:
            self._stand_ins.learn(record, masked)
        self._pairs[key] = max(known, len(pairs))

    def last_time(self) -> None:
        """Nothing more will be learned: what is told from now on is told with all that is known."""
        if not self._is_last:
            self._is_last = True
            self._cache.clear()

    def text(self, text: str) -> str:
        """Text as it may be told."""
        return self._stand_ins.text(text)

    def value(self, value: Json) -> Json:
        """JSON as it may be told."""
        return self._stand_ins.value(value)

    def error(self, error: PenstockError | None) -> PenstockError | None:
        """An error as it may be told."""
        return as_told(error, self.text) if error is not None else None

    def slice(self, note: SliceNote) -> SliceSample:
        """A slice as it may be told."""
        return SliceSample(
            note.number,
            self.value(dict(note.slice.partition)),
            self.value(dict(note.slice.cursor_slice)),
            tuple(self.page(page) for page in list(note.pages)),
            note.reason,
            self.error(note.error),
            note.seconds,
        )

    def page(self, note: Page) -> PageSample:
        """A page as it may be told."""
        pairs = list(note.pairs)
        records = tuple(masked for _, masked in pairs if masked is not None)
        return PageSample(
            note.number,
            self.value(note.token),
            note.token_path,
            self.value(note.following),
            tuple(self.exchange(sent) for sent in list(note.sent)),
            note.extracted,
            note.selected,
            records,
            len(pairs) - len(records),
            note.why_last,
            note.seconds,
            note.is_over,
        )

    def exchange(self, note: Sent) -> Exchange:
        """An exchange as it may be told."""
        cached = self._cache.get(id(note))
        if cached is not None and self._still_holds(cached):
            cached.learned = len(self._learned)
            return cached.exchange
        learned, is_open = len(self._learned), note.is_open
        told = self._told(note)
        if not is_open:
            text = f"{note.request.full_url()} {told.answer or ''} {told.body or ''}"
            grams = frozenset(text[at : at + 4] for at in range(0, len(text), 3))
            self._cache[id(note)] = _Cached(told, learned, self.secrets, grams, text)
        return told

    def _still_holds(self, cached: _Cached) -> bool:
        """Of 4 characters at each third place a text of 6 holds one whole, so most values need not be looked for."""
        if cached.secrets != self.secrets:
            return False
        grams, text = cached.grams, cached.text
        return not any(
            (value[:4] in grams or value[1:5] in grams or value[2:6] in grams) and value in text
            for value in self._learned[cached.learned :]
        )

    def _told(self, note: Sent) -> Exchange:
        content, content_type = note.request.content()
        headers = {name: str(value) for name, value in note.request.options.headers.items()}
        if content_type:
            headers.setdefault("Content-Type", content_type)
        text = self._stand_ins.text
        answer, answer_note, is_packed = self._answer(note)
        return Exchange(
            note.stream,
            note.purpose,
            note.request.method,
            self._stand_ins.url(note.request.full_url()),
            {text(name): text(value) for name, value in headers.items()},
            self._stand_ins.body(_first_of(content or b"", self._most_bytes)),
            note.status,
            {text(name): text(value) for name, value in note.headers.items()},
            answer,
            note.size,
            answer_note,
            is_packed,
            text(note.failure),
            note.at,
            note.seconds,
        )

    def _answer(self, note: Sent) -> tuple[str | None, str, bool]:
        if note.status is None:
            return None, "", False
        if note.is_open and note.status < 400:
            return None, "it is being read", False
        body, is_packed = note.text_body()
        cut = len(body) > self._most_bytes or note.size > len(note.body)
        told = self._stand_ins.body(_first_of(body, self._most_bytes) if cut else body)
        if told is None:
            return None, "it is no text", is_packed
        of = "" if is_packed else f" of {note.size:,}"
        shown = f"cut: the first {min(len(body), self._most_bytes):,}{of} bytes are shown" if cut else ""
        return told, shown, is_packed

    def _noting(self, clear: Json) -> Json:
        text = clear if isinstance(clear, str) else json.dumps(clear)
        if len(text) >= _LEAST_LOOKED_FOR and text not in self._noted:
            self._noted.add(text)
            self._learned.append(text)
        return self._make(clear)


def _first_of(body: bytes, most: int) -> bytes:
    """The beginning of a body that is too large, to the end of its last whole part, JSON closed."""
    if len(body) < most:
        return body
    text = _whole_characters(body[:most])
    if text is None:
        return body[:most]
    if text.lstrip().startswith(("{", "[")):
        return _closed(text).encode()
    return text[: max(text.rfind("\n"), text.rfind(">"), text.rfind(" ")) + 1].encode()


def _whole_characters(body: bytes) -> str | None:
    """UTF-8 text whose last character may be cut; None where it is no text."""
    for lost in range(4):
        try:
            return body[: len(body) - lost].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return None


def _closed(text: str) -> str:
    """JSON that breaks off, up to its last object or list that is whole."""
    open_parts: list[str] = []
    end, closing = 0, ""
    for found in _JSON_PARTS.finditer(text):
        part = found.group()
        if part in "{[":
            open_parts.append("}" if part == "{" else "]")
        elif part in "}]" and open_parts:
            open_parts.pop()
            end, closing = found.end(), "".join(reversed(open_parts))
    return text[:end] + closing
