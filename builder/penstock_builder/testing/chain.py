"""Why a page was asked for: the requests that led to it, from the login down, as a tree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from penstock.authoring import Exchange, Json, Sample, counted


@dataclass(frozen=True, slots=True)
class Step:
    """A step: how deep it stands, what it is, what was sent for it, how it ended, and what came of it."""

    depth: int
    what: str
    request: str
    status: str
    told: str
    seconds: float


def chain(sample: Sample, slice_number: int, page_number: int) -> list[Step]:
    """The steps to a page of a slice. What was asked after it is left out."""
    slice_ = next((each for each in sample.slices if each.number == slice_number), None)
    page = slice_.pages[page_number - 1] if slice_ is not None and page_number <= len(slice_.pages) else None
    until = page.exchanges[0].at if page is not None and page.exchanges else float("inf")
    before = [each for each in sample.other if each.at <= until]
    steps: list[Step] = []
    depth = 0
    for purpose in ("login", "other", "parent"):
        found = [each for each in before if each.purpose == purpose]
        steps += _together(found, depth)
        depth += bool(found)
    if slice_ is None:
        return steps
    names = {**slice_.partition, **slice_.window}
    told = ", ".join(f"{name} = {_short(value)}" for name, value in names.items() if name != "parent_slice")
    if told:
        steps.append(Step(depth, f"slice {slice_.number}", "", "", told, 0.0))
        depth += 1
    for each in slice_.pages[: page_number if page is not None else 0]:
        steps += _page(each.number, each.exchanges, len(each.records), depth)
        depth += each is not page
    return steps


def _together(found: list[Exchange], depth: int) -> list[Step]:
    """Requests of one purpose: to one stream's path they are told once."""
    counts = Counter((each.stream, each.method, _place(each), _status(each)) for each in found)
    steps = []
    for (stream, method, place, status), count in counts.items():
        like = [
            each
            for each in found
            if (each.stream, each.method, _place(each), _status(each)) == (stream, method, place, status)
        ]
        purpose = {"login": "login", "parent": f"parent {stream}"}.get(like[0].purpose, like[0].purpose)
        told = counted(count, "request") if count > 1 else ""
        steps.append(
            Step(depth, purpose, f"{method} {place}", status, told, sum(each.seconds for each in like))
        )
    return steps


def _page(number: int, sent: tuple[Exchange, ...], records: int, depth: int) -> list[Step]:
    last = len(sent)
    return [
        Step(
            depth,
            f"page {number}" + (f", attempt {at}" if last > 1 else ""),
            f"{each.method} {_place(each)}"
            + (f"?{urlsplit(each.url).query}" if urlsplit(each.url).query else ""),
            _status(each),
            counted(records, "record") if at == last else "",
            each.seconds,
        )
        for at, each in enumerate(sent, 1)
    ]


def _place(exchange: Exchange) -> str:
    return urlsplit(exchange.url).path or "/"


def _status(exchange: Exchange) -> str:
    return str(exchange.status) if exchange.status is not None else "no answer"


def _short(value: Json) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
