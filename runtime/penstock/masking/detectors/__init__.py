"""Detectors of personal data: each says whether a text is of its class, and where in free text one stands.

A detector is one file of this folder, named as its class (`national_id.py`; `email_.py` where Python has the word),
and one test. Files are found by listing the folder and imported when they are asked for.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

Json = Any


class Detector(ABC):
    """Finds values of one class. It never decides alone that a value may leave.

    `marks` are characters of which a text that holds a value has at least `least`; a text with fewer is not looked at.
    """

    name: ClassVar[str]
    marks: ClassVar[str]
    least: ClassVar[int] = 1

    @property
    def help(self) -> str:
        """What it finds, in words."""
        return inspect.getdoc(type(self)) or ""

    @abstractmethod
    def whole(self, text: str) -> float:
        """How sure it is that all of the text is one value of the class: 0 is not at all, 1 is certain."""

    @abstractmethod
    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where values stand in the text: start and end, in order."""


class Sieve:
    """Some detectors, of which only those look at a text that may find something in it.

    This runs over every field that nobody has classified: marks are counted once for all detectors that share them,
    and moments and UUIDs, the commonest texts with many digits, are let go at once.
    """

    def __init__(self, detectors: Iterable[Detector]) -> None:
        by_marks: dict[tuple[str, int], list[Detector]] = {}
        for one in detectors:
            by_marks.setdefault((one.marks, one.least), []).append(one)
        marks_of_all = re.escape("".join(marks for marks, _ in by_marks))
        self._any = re.compile(f"[{marks_of_all}]" if marks_of_all else "(?!)").search
        self._groups = [
            (re.compile(f"(?:[^{escaped}]*+[{escaped}]){{{least}}}").match, group)
            for (marks, least), group in by_marks.items()
            for escaped in [re.escape(marks)]
        ]

    def __call__(self, text: str) -> list[Detector]:
        """The detectors that should look at the text."""
        if not self._any(text) or _NOBODYS.fullmatch(text):
            return []
        return [one for has_marks, group in self._groups if has_marks(text) for one in group]


_NOBODYS = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    r"|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
)


def spans_of(shape: re.Pattern[str], end: Callable[[str], int], text: str) -> Iterator[tuple[int, int]]:
    """Where values stand in a text that have a shape; `end` tells how long the one is that a find begins with, or 0."""
    at = 0
    while found := shape.search(text, at):
        length = end(found.group())
        at = found.start() + (length or 1)
        if length:
            yield found.start(), found.start() + length


REGISTRY: dict[str, Detector] = {}
"""Every detector imported so far, by name."""

D = TypeVar("D", bound=Detector)


def detector(cls: type[D]) -> type[D]:
    """Register a detector; its docstring is its help text."""
    if not cls.__doc__:
        raise TypeError(f"{cls.__name__} has no docstring; it is the detector's help text")
    REGISTRY[cls.name] = cls()
    return cls


@lru_cache(maxsize=1)
def detector_names() -> tuple[str, ...]:
    """The names of all detectors, in alphabetical order. Reads the folder, imports none."""
    return tuple(sorted(module.name.rstrip("_") for module in pkgutil.iter_modules(__path__)))


def find_detector(name: str) -> Detector | None:
    """The detector of this name, imported if it was not yet."""
    if name not in REGISTRY:
        module = next((m.name for m in pkgutil.iter_modules(__path__) if m.name.rstrip("_") == name), None)
        if module is None:
            return None
        importlib.import_module(f"{__name__}.{module}")
    return REGISTRY.get(name)


def all_detectors() -> Mapping[str, Detector]:
    """Every detector, by name, in alphabetical order. Imports them all."""
    return {name: found for name in detector_names() if (found := find_detector(name))}


def sieve_of(names: Iterable[str]) -> Sieve:
    """The detectors of these names. Raises KeyError for one that there is not."""
    known = {name: find_detector(name) for name in names}
    missing = [name for name, found in known.items() if found is None]
    if missing:
        raise KeyError(*missing)
    return Sieve(found for found in known.values() if found)


def class_of(value: Json, sieve: Sieve) -> tuple[str, float]:
    """The class that a value most looks like, and how sure that is; `("", 0)` where it is like none.

    Text and whole numbers are looked at; a card number may be a number of JSON.
    """
    text = text_of(value)
    return _likeliest(text, sieve(text))


def found_in(text: str, sieve: Sieve) -> list[tuple[int, int, str]]:
    """All that stands in a text: start, end and class; overlapping ones too, in no order."""
    return _spans(text, sieve(text))


def finder(names: Iterable[str], *, sure: float = 0.5) -> Callable[[Json], str]:
    """What gives the class of a value, all of it or what stands in it, among those named; "" where there is none.

    All of a value must be of a class with the confidence `sure`. Raises KeyError for a name that no detector has.
    """
    sieve = sieve_of(names)

    def find(value: Json) -> str:
        text = text_of(value)
        likely = sieve(text)
        if not likely:
            return ""
        best, confidence = _likeliest(text, likely)
        if confidence >= sure or not isinstance(value, str):
            return best
        inside = _spans(text, likely)
        return max(inside, key=lambda span: span[1] - span[0])[2] if inside else best

    return find


def _likeliest(text: str, likely: Iterable[Detector]) -> tuple[str, float]:
    best, confidence = "", 0.0
    for one in likely:
        sure = one.whole(text)
        if sure > confidence:
            best, confidence = one.name, sure
    return best, confidence


def _spans(text: str, likely: Iterable[Detector]) -> list[tuple[int, int, str]]:
    return [(start, end, one.name) for one in likely for start, end in one.spans(text)]


def text_of(value: Json) -> str:
    """The text that detectors read: text as it is, the digits of a whole number, and nothing of anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    return ""
