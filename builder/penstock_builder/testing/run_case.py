"""Runs a case by hand: requests are answered as it says, and what comes of them is compared."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from penstock.authoring import (
    HttpRequest,
    Json,
    Manifest,
    PenstockError,
    Sample,
    counted,
    listed,
)
from penstock_builder.lint.facts import covers
from penstock_builder.testing.asked import Asked, asked_of_exchange, asked_of_request, differing, told
from penstock_builder.testing.cases import Case, Expectation, Response, Wanted
from penstock_builder.testing.offline import Offline, Reply, read_offline
from penstock_builder.testing.outcome import CaseResult
from penstock_builder.testing.recording import MOST_TOLD, in_order, records_unlike

SILENCE_SECONDS = 120.0
"""So long an answer may be delayed where the manifest names no other time."""


def run_case(manifest: Manifest, case: Case, file: Path) -> CaseResult:
    """Run a case, and compare what comes of it."""
    started = time.monotonic()
    try:
        answers = _Answers(case.responses)
        offline = read_offline(manifest, case.setting, answers)
        problems = list(_problems(case, offline, answers.asked))
    except PenstockError as error:
        problems = [str(error)]
    more = len(problems) - MOST_TOLD
    if more > 0:
        problems = [*problems[:MOST_TOLD], f"and {counted(more, 'more difference')}"]
    return CaseResult(case.name, file, case.line, tuple(problems), time.monotonic() - started)


class _Answers:
    """Answers each request by the first response that is for it. `asked` are the requests as they came, clear."""

    def __init__(self, responses: tuple[Response, ...]) -> None:
        self._responses = responses
        self._counts: Counter[int] = Counter()
        self.asked: list[Asked] = []

    def __call__(self, told_as: Asked, request: HttpRequest) -> Reply | str:
        asked = asked_of_request(request)
        self.asked.append(asked)
        for place, response in enumerate(self._responses):
            if not any(_unlike(response.to, asked)):
                turn = min(self._counts[place], len(response.answers) - 1)
                self._counts[place] += 1
                return _in_time(response.answers[turn], response.delays[turn], request)
        known = [str(response.to) for response in self._responses]
        return (
            f"no response is given for {told_as}; there are some for {listed(known)}"
            if known
            else (f"no response is given for {told_as}")
        )


def _in_time(reply: Reply, delay: float, request: HttpRequest) -> Reply:
    patience = request.timeouts[1] or SILENCE_SECONDS
    return Reply(fails="timeout") if delay > patience else reply


def _unlike(wanted: Wanted, asked: Asked) -> Iterator[str]:
    """At which places a request is not what is wanted."""
    if asked.method != wanted.method:
        yield "the method"
    if asked.path != wanted.path:
        yield "the path"
    yield from (
        f"the parameter `{name}`" for name, value in wanted.params.items() if asked.params.get(name) != value
    )
    headers = {name.lower(): value for name, value in asked.headers.items()}
    yield from (
        f"the header `{name}`" for name, value in wanted.headers.items() if headers.get(name.lower()) != value
    )
    if wanted.body is not None and not holds(asked.body, wanted.body):
        yield "the body"


def holds(value: Json, wanted: Json) -> bool:
    """Whether a value has all that is wanted: of an object the fields that are named, in lists each element."""
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and all(
            key in value and holds(value[key], child) for key, child in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(value, list) and len(value) == len(wanted) and all(map(holds, value, wanted))
    return type(value) is type(wanted) and bool(value == wanted)


def _problems(case: Case, offline: Offline, asked: list[Asked]) -> Iterator[str]:
    """What is not as expected. Values come from masked records, or with stand-ins for what masks took."""
    expected, redacted = case.expected, offline.sampling.redactor
    shown, clear = offline.sampling.snapshot(), offline.clear
    if offline.refused:
        yield from offline.refused
        return
    if not expected.error and clear.error is not None:
        yield f"it failed: {shown.error.message if shown.error else ''}"
    if expected.error and (clear.error is None or redacted(expected.error) not in clear.error.message):
        got = shown.error.message if shown.error is not None else "no error"
        yield f"expected an error with the words {told(expected.error)}, got {told(got)}"
    if expected.reason and expected.reason not in clear.reason:
        yield f"expected it to end with {told(expected.reason)}, got {told(clear.reason)}"
    if expected.requests is not None:
        yield from _requests(expected, asked, shown)
    yield from _records(expected, clear)
    yield from _in_clear(case, clear)
    if expected.state is not None:
        last = clear.states[-1] if clear.states else {}
        seen = shown.states[-1] if shown.states else {}
        for place in differing(expected.state, last, ""):
            yield f"state: `{place.place}`: expected {told(place.expected)}, got {told(_at(seen, place.place, place.got))}"
    for text in expected.log:
        if not any(redacted(text) in line.text for line in clear.log):
            yield f"no line of the log has the words {told(text)}"


def _at(seen: Json, place: str, got: Json) -> Json:
    """The value at a place as it may be shown; where the place cannot be followed, only that there is one."""
    here = seen
    for name in place.split("."):
        if not isinstance(here, Mapping) or name not in here:
            return "another value" if isinstance(got, str | int | float | dict | list) else got
        here = here[name]
    return here


def _requests(expected: Expectation, came: list[Asked], shown: Sample) -> Iterator[str]:
    wanted = list(expected.requests or ())
    asked = list(zip(came, map(asked_of_exchange, in_order(shown)), strict=False))
    if expected.any_order:
        for request in wanted:
            found = next((pair for pair in asked if not any(_unlike(request, pair[0]))), None)
            if found is None:
                yield f"no request is {request}"
            else:
                asked.remove(found)
        yield from (f"a request that is not expected: {_line(seen)}" for _, seen in asked)
        return
    for number, (request, (got, seen)) in enumerate(zip(wanted, asked, strict=False), 1):
        places = list(_unlike(request, got))
        if places:
            yield f"request {number}: expected {request}, got {_line(seen)}, which differs at {', '.join(places)}"
    yield from (
        f"request {number} was not asked: {wanted[number - 1]}"
        for number in range(len(asked) + 1, len(wanted) + 1)
    )
    yield from (
        f"request {number} is not expected: {_line(seen)}"
        for number, (_, seen) in enumerate(asked, 1)
        if number > len(wanted)
    )


def _line(asked: Asked) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.params.items())
    return f"{asked}{f'?{query}' if query else ''}"


def _records(expected: Expectation, clear: Sample) -> Iterator[str]:
    got = tuple(clear.records)
    if expected.records is not None:
        yield from records_unlike(expected.records, got)
    for number, wanted in enumerate(expected.contains, 1):
        if not any(holds(record, wanted) for record in got):
            near = _nearest(wanted, got)
            hint = f"; the nearest differs at {near}" if near else ""
            yield f"none of {counted(len(got), 'record')} has all of `contains[{number - 1}]`{hint}"


def _nearest(wanted: Json, got: tuple[Json, ...]) -> str:
    """Where the record differs that has most of what is wanted."""
    found: list[list[str]] = [
        [
            f"`{name}`: expected {told(value)}, got {told(record.get(name))}"
            for name, value in wanted.items()
            if name not in record or not holds(record[name], value)
        ]
        for record in got
    ]
    nearest = min(found, key=len, default=[])
    return "; ".join(nearest)


def _in_clear(case: Case, clear: Sample) -> Iterator[str]:
    """Values of fields that are to be masked, and that are in records as the answers have them."""
    given = {
        (name, _text(value))
        for response in case.responses
        for reply in response.answers
        for field, value in _leaves(reply.body, ())
        for name in (field[-1] if field else "",)
    }
    for path_text, path in case.expected.masked:
        seen = False
        for number, record in enumerate(clear.records, 1):
            for field, value in _leaves(record, ()):
                if path and covers(path, field):
                    seen = True
                    if (field[-1], _text(value)) in given:
                        yield f"record {number}: `{'.'.join(field)}` is in clear, and `{path_text}` is to be masked"
        if not seen and not any(name == path_text.rpartition(".")[2] for name, _ in given):
            yield f"`{path_text}` is to be masked, and no answer has it"


def _leaves(value: Json, field: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Json]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _leaves(child, (*field, str(key)))
    elif isinstance(value, list):
        for child in value:
            yield from _leaves(child, field)
    elif value is not None:
        yield field, value


def _text(value: Json) -> str:
    return value if isinstance(value, str) else told(value)
