"""Puts stand-ins in place of clear values that masks took, wherever else those turn up: answers, requests, states.

Masks work on records. The answer that a record came from holds the same values, perhaps under other names, and so may
the next request. Whoever shows or keeps these goes through here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from penstock.masking.batch import Record
from penstock.masking.detectors import Sieve
from penstock.masking.redactor import MASK, Redactor
from penstock.masking.scan import scanned

Json = Any
Make = Callable[[Json], Json]
"""From a clear scalar to what stands in for it."""

TELLING_TEXT = 4
"""Shorter text turns up everywhere, so it is replaced only under the name of the field that was masked."""

TELLING_DIGITS = 5
"""The same for numbers."""

_INSIDE_TEXT = 6
"""Shorter values are not looked for inside other text."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_DIGITS = re.compile(r"\d")
_DIGITS_AND_LETTERS = re.compile(r"[^\W_]")


def stars(clear: Json) -> Json:
    """`****`, for people to see that something stood there."""
    return MASK


def scrambler(key: bytes) -> Make:
    """Gives values of the same shape: letters for letters, digits for digits, the rest as it is. One key, one result.

    Dates all move by the same number of days, so that they stay dates in order.
    """
    days = 1 + int.from_bytes(hmac.digest(key, b"days", hashlib.sha256)[:2], "big") % 300

    def scrambled(clear: Json) -> Json:
        if isinstance(clear, int | float):
            return type(clear)(_scrambled(key, json.dumps(clear), _DIGITS))
        text = str(clear)
        date = _DATE.match(text)
        if date is None:
            return _scrambled(key, text, _DIGITS_AND_LETTERS)
        try:
            moved = dt.date.fromisoformat(date.group()) - dt.timedelta(days=days)
        except (ValueError, OverflowError):
            return _scrambled(key, text, _DIGITS_AND_LETTERS)
        return moved.isoformat() + text[date.end() :]

    return scrambled


class StandIns:
    """What was learned of the clear values of a run, and the texts and answers without them. Safe from any thread."""

    def __init__(self, redactor: Redactor, make: Make = stars, sieve: Sieve | None = None) -> None:
        self._redactor = redactor
        self._make = make
        self._sieve = sieve
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], Json] = {}
        """Stand-ins by field name and value; the name is empty for values that tell enough by themselves."""
        self._inside: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, record: Record, masked: Record | None) -> None:
        """Compare a record with what its masks made of it; None where it must not leave at all."""
        with self._lock:
            for name, value in _changed(record, masked, ""):
                self._add(name, value)

    def text(self, text: str) -> str:
        """Text, such as a URL or a log line, without secrets and learned values."""
        return self._redactor(self._without_learned(text))

    def value(self, value: Json) -> Json:
        """JSON without them. A number or text that is one of them whole is replaced under any name."""
        return self._replaced(value, "", self.text)

    def _replaced(self, value: Json, name: str, text: Callable[[str], str]) -> Json:
        if isinstance(value, Mapping):
            return {text(str(key)): self._replaced(child, str(key), text) for key, child in value.items()}
        if isinstance(value, list):
            return [self._replaced(child, name, text) for child in value]
        if value is None or isinstance(value, bool):
            return value
        for known_as in (name, ""):
            stand_in = self._known.get((known_as, _canonical(value)))
            if stand_in is not None:
                return stand_in
        return text(value) if isinstance(value, str) else value

    def body(self, body: bytes) -> str | None:
        """The body of an answer or request as text, without what detectors find either; None where it is no text."""
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return None
        try:
            parsed = json.loads(text)
        except ValueError:
            return _per_line(text, self._line)
        except RecursionError:
            return MASK
        return self._dumped(parsed)

    def _line(self, line: str) -> str:
        """A line of text, which may be JSON of its own."""
        if line.startswith(("{", "[")):
            try:
                return self._dumped(json.loads(line))
            except (ValueError, RecursionError):
                pass
        return self._scanned(line)

    def _dumped(self, value: Json) -> str:
        return json.dumps(self._replaced(value, "", self._scanned), ensure_ascii=False)

    def _scanned(self, text: str) -> str:
        told = self.text(text)
        return scanned(told, self._sieve) if self._sieve is not None else told

    def _add(self, name: str, value: Json) -> None:
        text = _canonical(value)
        tells = len(text) >= TELLING_TEXT if isinstance(value, str) else len(text) >= TELLING_DIGITS
        key = ("" if tells else name, text)
        if key in self._known or not text:
            return
        made = self._known[key] = self._make(value)
        if isinstance(value, str) and len(text) >= _INSIDE_TEXT:
            self._inside |= dict(zip(_forms(text), _forms(str(made)), strict=True))
            self._pattern = None

    def _without_learned(self, text: str) -> str:
        with self._lock:
            if self._pattern is None and self._inside:
                longest_first = sorted(self._inside, key=len, reverse=True)
                self._pattern = re.compile("|".join(map(re.escape, longest_first)))
            pattern = self._pattern
        return pattern.sub(lambda found: self._inside[found.group()], text) if pattern else text


def _per_line(text: str, each: Callable[[str], str]) -> str:
    return "\n".join(each(line) for line in text.split("\n"))


def _changed(clear: Json, masked: Json, name: str) -> Iterator[tuple[str, Json]]:
    """The scalars of a clear value that are not in their place in the masked one, with the names of their fields."""
    if isinstance(clear, Mapping):
        there = masked if isinstance(masked, Mapping) else {}
        for key, child in clear.items():
            yield from _changed(child, there.get(key), str(key))
    elif isinstance(clear, list):
        same_length = isinstance(masked, list) and len(masked) == len(clear)
        for index, child in enumerate(clear):
            yield from _changed(child, masked[index] if same_length else None, name)
    elif clear is not None and not isinstance(clear, bool) and clear != masked:
        yield name, clear


def _canonical(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _forms(text: str) -> list[str]:
    """How text is written as it is, in URLs and in JSON."""
    raw = text.encode("utf-8", "surrogatepass")
    return [
        text,
        quote(raw),
        quote(raw, safe=""),
        quote_plus(raw),
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
    ]


def _scrambled(key: bytes, text: str, which: re.Pattern[str]) -> str:
    """Other digits, and letters if they are meant too; a number does not begin with 0 for it."""
    stream = _bytes(key, text.encode("utf-8", "surrogatepass"))

    def other(found: re.Match[str]) -> str:
        char, number = found.group(), next(stream)
        if char.isdigit():
            return str(1 + number % 9)
        return chr(ord("A" if char.isupper() else "a") + number % 26)

    return which.sub(other, text)


def _bytes(key: bytes, text: bytes) -> Iterator[int]:
    block = 0
    while True:
        yield from hmac.digest(key, block.to_bytes(4, "big") + text, hashlib.sha256)
        block += 1
