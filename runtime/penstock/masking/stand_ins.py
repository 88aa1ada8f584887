"""Puts stand-ins in place of clear values that masks took, wherever else those turn up: answers, requests, states.

Masks work on records. The answer that a record came from holds the same values, perhaps under other names, and so may
the next request. Whoever shows or keeps these goes through here.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_plus

from penstock.masking.batch import Record
from penstock.masking.detectors import Sieve, found_in
from penstock.masking.redactor import MASK, Redactor
from penstock.masking.scan import scanned

Json = Any
Make = Callable[[Json], Json]
"""From a clear scalar to what stands in for it."""
Hides = Callable[[str], bool]
"""Whether the values of fields, parameters and headers with a name are hidden, whatever they are."""

TELLING_TEXT = 4
"""Shorter text turns up everywhere, so it is replaced only under the name of the field that was masked."""

TELLING_DIGITS = 5
"""The same for numbers."""

_ANYWHERE = 6
"""Shorter values are replaced inside other text only where they are words of their own."""

_TRIES = 100
"""So often another stand-in is made where one is taken."""

_BASE64 = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}|[A-Za-z0-9_-]{8,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){4,}")


def stars(clear: Json) -> Json:
    """`****`, for people to see that something stood there."""
    return MASK


class StandIns:
    """What was learned of the clear values of a run, and the texts and answers without them. For one thread.

    With `hides` it is for what is kept: values under such names get stand-ins too, and so does what the sieve finds,
    the same everywhere. Without, what the sieve finds is replaced by its class.
    """

    def __init__(
        self, redactor: Redactor, make: Make = stars, sieve: Sieve | None = None, hides: Hides | None = None
    ) -> None:
        self._redactor = redactor
        self._make = make
        self._sieve = sieve
        self._hides = hides
        self._names: set[str] = set()
        """Fields that were masked: records that a filter left out have them too."""
        self._known: dict[tuple[str, str], Json] = {}
        """Stand-ins by field name and value; the name is empty for values that tell enough by themselves."""
        self._taken: set[str] = set()
        self._inside: dict[str, dict[str, tuple[str, bool]]] = {}
        """By forms in lower case: forms as they are, their stand-ins, whether they must be words."""
        self._lengths: dict[str, list[int]] = {}
        """How long forms are, the longest first, by their first characters in lower case."""

    @property
    def is_for_keeping(self) -> bool:
        """Whether it makes what is kept, not what is shown."""
        return self._hides is not None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was learned, so that nothing is replaced but secrets and what the sieve finds."""
        return not self._known

    def learn(self, record: Record, masked: Record | None) -> None:
        """Compare a record with what its masks made of it; None where it must not leave at all."""
        for name, value in _changed(record, masked, ""):
            if masked is not None:
                self._names.add(name)
            self._add(name, value)

    def learn_value(self, value: Json, name: str = "") -> None:
        """Take note of what must be hidden in JSON that is no record: by the names of its fields, or as detectors say."""
        for called, scalar in _scalars(value, name):
            if called in self._names or (self._hides is not None and self._hides(called)):
                self._add(called, scalar)
            elif self._sieve is not None and self._hides is not None and isinstance(scalar, str):
                for start, end, _ in found_in(scalar, self._sieve):
                    self._add(called, scalar[start:end])

    def learn_body(self, body: bytes) -> None:
        """The same for the body of an answer or request: JSON, JSON by line, or text."""
        text = _text_of(body)
        for value in () if text is None else _parsed(text):
            self.learn_value(value)

    def learn_url(self, url: str) -> None:
        """The same for the parameters of a URL."""
        for name, value in parse_qsl(url.partition("?")[2]):
            self.learn_value(value, name)

    def learn_clear(self, value: Json, name: str = "") -> None:
        """Take note of values each of which must be hidden."""
        for called, scalar in _scalars(value, name):
            self._add(called, scalar)

    def learn_as(self, text: str, stand_in: str) -> None:
        """Take note of a text, and of what is to stand in for it."""
        self._put("", text, stand_in)

    def text(self, text: str) -> str:
        """Text, such as a log line, without secrets and learned values."""
        return self._redactor(self._without_learned(text))

    def url(self, url: str) -> str:
        """A URL without them; segments of its path and values of its query are looked at by themselves, too."""
        head, mark, query = url.partition("?")
        made = "/".join(self._segment(part) for part in head.split("/"))
        return made + mark + "&".join(self._parameter(pair) for pair in query.split("&"))

    def value(self, value: Json) -> Json:
        """JSON without them. A number or text that is one of them whole is replaced under any name."""
        return self._replaced(value, "", self.text)

    def body(self, body: bytes) -> str | None:
        """The body of an answer or request as text, without what detectors find either; None where it is no text."""
        text = _text_of(body)
        if text is None:
            return None
        try:
            return self._dumped(json.loads(text))
        except ValueError:
            return "\n".join(self._line(line) for line in text.split("\n"))
        except RecursionError:
            return MASK

    def stand_in(self, value: Json) -> Json:
        """What stands in for a value that was learned; the value itself where it was not."""
        for (_, known), made in self._known.items():
            if known == _canonical(value):
                return made
        return value

    def _line(self, line: str) -> str:
        """A line of text, which may be JSON of its own, or a form."""
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
        return scanned(told, self._sieve) if self._sieve is not None and self._hides is None else told

    def _segment(self, part: str) -> str:
        clear = unquote(part)
        made = self._scalar(clear, "", self.text)
        return part if made == clear else quote(str(made), safe="@:*")

    def _parameter(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        clear = unquote_plus(value)
        made = self._scalar(clear, unquote_plus(name), self.text)
        return self.text(name) + equals + (value if made == clear else quote_plus(str(made), safe="*"))

    def _replaced(self, value: Json, name: str, text: Callable[[str], str]) -> Json:
        if isinstance(value, Mapping):
            return {text(str(key)): self._replaced(child, str(key), text) for key, child in value.items()}
        if isinstance(value, list):
            return [self._replaced(child, name, text) for child in value]
        return value if value is None or isinstance(value, bool) else self._scalar(value, name, text)

    def _scalar(self, value: Json, name: str, text: Callable[[str], str]) -> Json:
        for known_as in (name, ""):
            stand_in = self._known.get((known_as, _canonical(value)))
            if stand_in is not None:
                return _like(value, stand_in)
        if name in self._names and self._hides is None:
            return self._make(value)
        if not isinstance(value, str):
            return value
        made = text(value)
        return self._recoded(value) if made == value else made

    def _recoded(self, text: str) -> str:
        """Text that may be base64 or hexadecimal digits of text with a learned value in it."""
        for shape, decode, encode in _CODES:
            if not shape.fullmatch(text):
                continue
            try:
                clear = decode(text).decode("utf-8")
            except ValueError:
                continue
            made = self.text(clear)
            if made != clear:
                return encode(made.encode(), text)
        return text

    def _add(self, name: str, value: Json) -> None:
        text = _canonical(value)
        if not text or isinstance(value, bool) or self._redactor(text) != text:
            return
        tells = len(text) >= (TELLING_TEXT if isinstance(value, str) else TELLING_DIGITS)
        known_as = "" if tells else name
        if (known_as, text) not in self._known:
            self._put(known_as, value, self._unlike_others(value))

    def _put(self, known_as: str, value: Json, made: Json) -> None:
        text = _canonical(value)
        self._known[known_as, text] = made
        if known_as or len(text) < TELLING_TEXT:
            return
        is_word = not isinstance(value, str) or len(text) < _ANYWHERE
        for form, stand_in in zip(_forms(text), _forms(_canonical(made)), strict=True):
            lower = form.lower()
            self._inside.setdefault(lower, {}).setdefault(form, (stand_in, is_word))
            lengths = self._lengths.setdefault(lower[:TELLING_TEXT], [])
            if len(lower) not in lengths:
                lengths.append(len(lower))
                lengths.sort(reverse=True)

    def _unlike_others(self, value: Json) -> Json:
        """A stand-in that no other value has, as far as there are enough of them: keys that differ stay different."""
        made = self._make(value)
        if self._hides is None:
            return made
        for _ in range(_TRIES):
            if _canonical(made) not in self._taken and made != value:
                break
            made = self._make(made)
        self._taken.add(_canonical(made))
        return made

    def _without_learned(self, text: str) -> str:
        lower = text.lower()
        if not self._inside or len(lower) != len(text):
            return text
        parts: list[str] = []
        done = at = 0
        while at <= len(lower) - TELLING_TEXT:
            for length in self._lengths.get(lower[at : at + TELLING_TEXT], ()):
                end = at + length
                forms = self._inside.get(lower[at:end])
                if forms is None:
                    continue
                written = text[at:end] if text[at:end] in forms else next(iter(forms))
                stand_in, is_word = forms[written]
                if not (is_word and _goes_on(lower, at, end)):
                    parts += text[done:at], _in_case_of(text[at:end], written, stand_in)
                    done = at = end
                    break
            else:
                at += 1
        return "".join(parts) + text[done:] if parts else text


def _text_of(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _parsed(text: str) -> Iterator[Json]:
    """A body as JSON, or each line as JSON where it is that, else as text."""
    try:
        yield json.loads(text)
    except ValueError:
        for line in text.split("\n"):
            try:
                yield json.loads(line) if line.startswith(("{", "[")) else line
            except (ValueError, RecursionError):
                yield line
    except RecursionError:
        return


def _scalars(value: Json, name: str) -> Iterator[tuple[str, Json]]:
    """The texts and numbers of a JSON value, with the names of their fields."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _scalars(child, str(key))
    elif isinstance(value, list):
        for child in value:
            yield from _scalars(child, name)
    elif value is not None and not isinstance(value, bool):
        yield name, value


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
        if isinstance(clear, str) and clear.startswith(("{", "[")):
            for value in _parsed(clear):
                yield from _scalars(value, name) if isinstance(value, dict | list) else ()


def _canonical(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _like(value: Json, stand_in: Json) -> Json:
    """A stand-in of the type of the value: `7` and `"7"` are known as one."""
    if isinstance(value, str):
        return _canonical(stand_in)
    if not isinstance(stand_in, str) or stand_in == MASK:
        return stand_in
    try:
        return type(value)(stand_in)
    except ValueError:
        return stand_in


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether what stands there is only a part of a word."""
    return (start > 0 and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum())


def _in_case_of(found: str, written: str, stand_in: str) -> str:
    """The stand-in as it would be written if what wrote the found text had it."""
    if found == written:
        return stand_in
    return stand_in.lower() if found.islower() else stand_in.upper() if found.isupper() else stand_in


def _forms(text: str) -> list[str]:
    """How text is written: as it is, in URLs, in JSON (once or twice), in XML and in CSV."""
    raw = text.encode("utf-8", "surrogatepass")
    in_json = json.dumps(text)[1:-1]
    return [
        text,
        quote(raw),
        quote(raw, safe=""),
        quote_plus(raw),
        in_json,
        json.dumps(text, ensure_ascii=False)[1:-1],
        json.dumps(in_json)[1:-1],
        html.escape(text),
        html.escape(text, quote=False),
        html.escape(text, quote=False).replace('"', "&quot;").replace("'", "&apos;"),
        text.replace('"', '""'),
    ]


def _from_base64(text: str) -> bytes:
    whole = text.rstrip("=")
    if len(whole) % 4 == 1:
        raise binascii.Error
    return base64.b64decode(
        whole + "=" * (-len(whole) % 4), altchars=b"-_" if "-" in text or "_" in text else None
    )


def _to_base64(raw: bytes, like: str) -> str:
    url_safe = "-" in like or "_" in like
    made = (base64.urlsafe_b64encode if url_safe else base64.b64encode)(raw).decode("ascii")
    return made if like.endswith("=") or len(like) % 4 == 0 else made.rstrip("=")


_CODES: tuple[tuple[re.Pattern[str], Callable[[str], bytes], Callable[[bytes, str], str]], ...] = (
    (_HEX, bytes.fromhex, lambda raw, like: raw.hex()),
    (_BASE64, _from_base64, _to_base64),
)
