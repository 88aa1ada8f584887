"""What a test read suggests for its stream: where records are, how pages follow, how a sync follows what is new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from penstock.authoring import Exchange, Json, Sample
from penstock_builder.detect import exchange as detected
from penstock_builder.detect.cursor import cursor as guess_cursor
from penstock_builder.detect.cursor import start_parameters
from penstock_builder.detect.guess import Guess
from penstock_builder.detect.pagination import pagination

_START = "2020-01-01T00:00:00Z"
_START_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_FORMATS = (_START_FORMAT,)


def body_of(text: str | None) -> Json:
    """A body as JSON; None where it is none."""
    try:
        return json.loads(text or "")
    except ValueError:
        return None


def as_detected(exchange: Exchange) -> detected.Exchange:
    """An exchange of a sample as detectors read it."""
    sent = body_of(exchange.body)
    if sent is None and exchange.body:
        sent = dict(parse_qsl(exchange.body, keep_blank_values=True))
    return detected.Exchange(
        exchange.method,
        exchange.url,
        exchange.headers,
        sent,
        exchange.status or 0,
        exchange.answer_headers,
        body_of(exchange.answer),
    )


def paginators(sample: Sample, record_path: Sequence[str], most: int = 3) -> list[Guess[Json]]:
    """Paginators that the pages of the first slice speak for, best first; none where nothing speaks for any."""
    pages = sample.slices[0].pages if sample.slices else ()
    sent = [page.exchanges[-1] for page in pages if page.exchanges]
    answered = [as_detected(each) for each in sent if each.status is not None]
    found = pagination(answered, record_path)
    return [guess for guess in found if guess.value.get("type") != "NoPagination"][:most]


@dataclass(frozen=True, slots=True)
class CursorPlan:
    """A cursor as an author confirms it. `start` is a moment, or an expression; empty names send no parameter."""

    cursor_field: str
    formats: tuple[str, ...] = _FORMATS
    start: str = _START
    start_parameter: str = ""
    end_parameter: str = ""
    evidence: str = ""
    parameters: tuple[str, ...] = field(default=(), compare=False)
    """The parameters that the request has: the names to choose from."""


def cursor_plan(records: Sequence[Json], url: str, cursor_field: str) -> CursorPlan:
    """What records and the request of their page say of a cursor on a field."""
    guesses = guess_cursor(list(records))
    guess = next((each for each in guesses if each.value.field == (cursor_field,)), None)
    names = tuple(dict.fromkeys(name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)))
    bounds = next(iter(start_parameters(names)), None)
    evidence = [each.evidence for each in (guess, bounds) if each is not None]
    return CursorPlan(
        cursor_field,
        (guess.value.datetime_formats if guess is not None else ()) or _FORMATS,
        start_parameter=bounds.value.start if bounds is not None else "",
        end_parameter=(bounds.value.end or "") if bounds is not None else "",
        evidence="; ".join(evidence) or "no record tells how its values are written",
        parameters=names,
    )


def cursor_of(plan: CursorPlan) -> Json:
    """A plan as a manifest writes it."""
    start: Json = plan.start
    if "{{" not in start:
        start = {"type": "MinMaxDatetime", "datetime": start, "datetime_format": _START_FORMAT}
    made: dict[str, Json] = {
        "type": "DatetimeBasedCursor",
        "cursor_field": plan.cursor_field,
        "datetime_format": plan.formats[0],
    }
    if len(plan.formats) > 1:
        made["cursor_datetime_formats"] = list(plan.formats)
    made["start_datetime"] = start
    for option, name in (
        ("start_time_option", plan.start_parameter),
        ("end_time_option", plan.end_parameter),
    ):
        if name:
            made[option] = {"type": "RequestOption", "inject_into": "request_parameter", "field_name": name}
    return made
