"""Recordings: a finished test read as a file that holds no secret and no personal data, and is replayed offline."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from penstock.authoring import (
    ConfigError,
    Exchange,
    FailureKind,
    HttpRequest,
    Json,
    Manifest,
    PenstockError,
    Redactor,
    Sample,
    SampleLimits,
    Sampling,
    Send,
    StandIns,
    counted,
    scrambler,
)
from penstock_builder.testing.asked import Asked, Unlike, asked_of_exchange, differing, exactly, told, unlike
from penstock_builder.testing.offline import Offline, Reply, Setting, offline_send, read_offline
from penstock_builder.testing.outcome import CaseResult
from penstock_builder.testing.scrub import answer_headers, hides, kept_config

MOST_TOLD = 10
"""So many differences of a replay are told, and how many more there are."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request and its answer. The request is that of the replay by which the recording was made."""

    asked: Asked
    reply: Reply


@dataclass(frozen=True, slots=True)
class Expected:
    """What a replay must come to: masked records, the states in order, why it ended, and the error if it failed."""

    records: tuple[Json, ...]
    states: tuple[Json, ...]
    reason: str
    error: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A read of a stream: what it was given, each exchange in order, and what came of it.

    `masking` is the path of the masking policy, from the recording's file; empty where there is none.
    """

    setting: Setting
    masking: str
    exchanges: tuple[Recorded, ...]
    expected: Expected


def recording_of(sampling: Sampling, *, masking: str = "", key: bytes = b"") -> Recording:
    """The recording of a read that is over, made under a key of its own.

    Raises ConfigError where it cannot be recorded: it names the place, what stands in the way, and what helps.
    """
    make = scrambler(key or secrets.token_bytes(32))
    stand_ins = sampling.stand_ins(make, hides=hides)
    config, saved = sampling.given
    kept = kept_config(config, sampling.manifest.specification, stand_ins, make)
    sample = sampling.told(stand_ins)
    _refuse_unfinished(sample)
    originals = in_order(sample)
    setting = Setting(
        sampling.stream, kept, stand_ins.value(dict(saved)), sampling.moment, _counts(sampling.limits)
    )
    replies = [_reply(number, exchange) for number, exchange in enumerate(originals, 1)]
    replayed = read_offline(sampling.manifest, setting, _by_place(replies))
    clear = replayed.clear
    _refuse_other_requests([asked_of_exchange(exchange) for exchange in originals], replayed, stand_ins)
    _refuse_other_outcome(sample, clear)
    exchanges = tuple(map(Recorded, replayed.asked, replies))
    return Recording(setting, masking, exchanges, expected_of(clear))


def replayed(manifest: Manifest, recording: Recording) -> Offline:
    """Read the stream again from the recording. A request that is not the recorded one is refused."""
    return read_offline(manifest, recording.setting, _as_recorded(recording.exchanges))


def recorded_answers(recording: Recording) -> Callable[[Send], Send]:
    """Answers as they were recorded, instead of the network. A request that is not the recorded one is refused."""
    return lambda network: offline_send(_as_recorded(recording.exchanges), Redactor(), [], [])


def replay(manifest: Manifest, recording: Recording, file: Path, name: str = "") -> CaseResult:
    """Replay a recording, and compare what comes of it."""
    started = time.monotonic()
    try:
        problems = _problems(recording, replayed(manifest, recording))
    except PenstockError as error:
        problems = [str(error)]
    return CaseResult(name or file.stem, file, 1, tuple(problems), time.monotonic() - started)


def updated(manifest: Manifest, recording: Recording) -> Recording:
    """The recording with what its replay comes to now.

    Where it comes to something else and anything is masked, the answers get stand-ins anew: they may be from before there
    were masks. Raises ConfigError where a request has no recorded answer, or where stand-ins would make it another read.
    """
    now = read_offline(manifest, recording.setting, _by_place([each.reply for each in recording.exchanges]))
    if now.refused or len(now.asked) < len(recording.exchanges):
        problem = (now.refused or [_unasked(recording.exchanges, len(now.asked))])[0]
        raise ConfigError(problem, hint="record it anew: answers cannot be made up")
    exchanges = tuple(
        replace(each, asked=asked) for each, asked in zip(recording.exchanges, now.asked, strict=True)
    )
    made = replace(recording, exchanges=exchanges, expected=expected_of(now.clear))
    if made == recording or now.sampling.stand_ins(detect=False).is_empty:
        return made
    try:
        return recording_of(now.sampling, masking=recording.masking)
    except ConfigError as error:
        raise ConfigError(
            "fields are masked now whose values its answers may hold in clear, and with stand-ins for them the read is "
            f"another: {error.message}",
            hint="record it anew under the masks of now",
        ) from None


def expected_of(sample: Sample) -> Expected:
    """What came of a read."""
    error = sample.error.message if sample.error is not None else ""
    return Expected(tuple(sample.records), sample.states, sample.reason, error)


def in_order(sample: Sample) -> list[Exchange]:
    """Every exchange of a sample, in the order in which they were sent."""
    pages = (exchange for slice_ in sample.slices for page in slice_.pages for exchange in page.exchanges)
    return sorted([*sample.other, *pages], key=lambda exchange: exchange.at)


def _counts(limits: SampleLimits) -> SampleLimits:
    return replace(limits, seconds=SampleLimits().seconds)


def _refuse_unfinished(sample: Sample) -> None:
    if not sample.is_over or sample.reason == "cancelled" or sample.reason.startswith("the time of"):
        raise ConfigError(
            "the read was cut off, so it cannot be recorded",
            hint="let it come to its end: read fewer pages, or allow more time",
        )
    if not in_order(sample):
        raise ConfigError(
            f"the read of stream {sample.stream} sent no request, so there is nothing to record",
            hint=sample.error.message
            if sample.error is not None
            else "recordings are of streams that ask an API",
        )


def _reply(number: int, exchange: Exchange) -> Reply:
    """The answer of an exchange. Raises ConfigError where it cannot be scrubbed."""
    if exchange.status is None:
        return Reply(fails=_kind(exchange.failure), why=exchange.failure)
    if exchange.answer is None:
        raise ConfigError(
            f"the answer to request {number} ({asked_of_exchange(exchange)}) is no text, so it cannot be recorded: "
            "nobody could tell what it holds",
            hint="record a stream whose answers are JSON, XML, CSV or other UTF-8 text, as they are or as gzip",
        )
    if exchange.answer_note:
        raise ConfigError(
            f"the answer to request {number} ({asked_of_exchange(exchange)}) has {exchange.answer_bytes:,} bytes, too many "
            "for a recording",
            hint="record with a config that asks for smaller pages",
        )
    headers = answer_headers(exchange.answer_headers)
    body, is_text = _body(exchange.answer)
    return Reply(exchange.status, headers, body, is_text, exchange.is_packed)


def _kind(failure: str) -> FailureKind:
    if failure.startswith("no answer in time"):
        return "timeout"
    return "connect" if failure.startswith("cannot connect") else "read"


def _body(text: str) -> tuple[Json, bool]:
    from penstock_builder.testing.recording_file import as_json_or_text

    return as_json_or_text(text)


def _by_place(replies: list[Reply]) -> Callable[[Asked, HttpRequest], Reply | str]:
    """Answers the first request by the first reply, whatever it is, and so on."""
    left = iter(replies)

    def answer(asked: Asked, request: HttpRequest) -> Reply | str:
        reply = next(left, None)
        if reply is None:
            return f"the replay asks more than the {counted(len(replies), 'request')} of the read: {asked}"
        return reply

    return answer


def _as_recorded(exchanges: tuple[Recorded, ...]) -> Callable[[Asked, HttpRequest], Reply | str]:
    left = iter(enumerate(exchanges, 1))

    def answer(asked: Asked, request: HttpRequest) -> Reply | str:
        number, recorded = next(left, (0, None))
        if recorded is None:
            return f"nothing is recorded after {counted(len(exchanges), 'request')}, and {asked} is asked"
        places = unlike(recorded.asked, asked)
        if not places:
            return recorded.reply
        said = "; ".join(
            f"{_place(place)}: expected {told(place.expected)}, got {told(place.got)}" for place in places
        )
        return f"request {number} is {asked}, expected {recorded.asked}. {said}"

    return answer


def _place(place: Unlike) -> str:
    return place.place if place.place.startswith("the ") else f"`{place.place}`"


def _problems(recording: Recording, offline: Offline) -> list[str]:
    if offline.refused:
        return offline.refused
    problems = []
    if len(offline.asked) < len(recording.exchanges):
        problems.append(_unasked(recording.exchanges, len(offline.asked)))
    got, expected = expected_of(offline.clear), recording.expected
    if (got.reason, got.error) != (expected.reason, expected.error):
        problems.append(f"it ended otherwise: expected {_end(expected)}, got {_end(got)}")
    problems += records_unlike(expected.records, got.records)
    problems += [
        f"state: `{place.place}`: expected {told(place.expected)}, got {told(place.got)}"
        for place in differing(list(expected.states), list(got.states), "states")
    ]
    more = len(problems) - MOST_TOLD
    return [*problems[:MOST_TOLD], *([f"and {counted(more, 'more difference')}"] if more > 0 else [])]


def records_unlike(expected: tuple[Json, ...], got: tuple[Json, ...]) -> list[str]:
    """How records differ from those that are expected, each difference by record and field."""
    problems = []
    if len(expected) != len(got):
        problems.append(f"expected {counted(len(expected), 'record')}, got {len(got)}")
    for number, (wanted, found) in enumerate(zip(expected, got, strict=False), 1):
        problems += [
            f"record {number}: `{place.place}`: expected {told(place.expected)}, got {told(place.got)}"
            for place in differing(wanted, found, "")
        ]
    return problems


def _end(expected: Expected) -> str:
    return f"{expected.reason!r}{f' with the error {expected.error!r}' if expected.error else ''}"


def _unasked(exchanges: tuple[Recorded, ...], asked: int) -> str:
    return f"request {asked + 1} was not asked: {exchanges[asked].asked}"


def _refuse_other_requests(originals: list[Asked], offline: Offline, stand_ins: StandIns) -> None:
    """Raises ConfigError where a replay asks what the read did not ask. No value is told: the read's may be clear."""

    def same(one: Json, other: Json) -> bool:
        return exactly(one, other) or told_as_text(stand_ins.stand_in(one)) == told_as_text(other)

    for number, (original, asked) in enumerate(zip(originals, offline.asked, strict=False), 1):
        places = unlike(original, asked, same)
        if places:
            where = ", ".join(_place(place) for place in places)
            raise ConfigError(
                f"request {number} ({asked.method}) would differ in a replay, at {where}",
                hint="what it is made of got a stand-in, or is made anew each time; a value of the config that decides "
                "what is asked is kept where the specification names it as an option, an example or a default",
            )
    if offline.refused or len(offline.asked) < len(originals):
        told_ = (
            offline.refused[0]
            if offline.refused
            else f"{counted(len(offline.asked), 'request')} of {len(originals)}"
        )
        error = offline.clear.error
        raise ConfigError(
            f"a replay would end elsewhere: {told_}",
            hint=error.message if error is not None else "a condition may go by a value that got a stand-in",
        )


def told_as_text(value: Json) -> str:
    """A scalar as it stands in a URL."""
    return value if isinstance(value, str) else told(value)


def _refuse_other_outcome(original: Sample, replay_: Sample) -> None:
    if original.reason != replay_.reason:
        error = replay_.error.message if replay_.error is not None else ""
        raise ConfigError(f"a replay would end with {replay_.reason!r}, not {original.reason!r}", hint=error)
    counts = [
        [(page.extracted, page.selected, page.withheld) for slice_ in sample.slices for page in slice_.pages]
        for sample in (original, replay_)
    ]
    for number, (was, would_be) in enumerate(zip(*counts, strict=False), 1):
        if was != would_be:
            raise ConfigError(
                f"page {number} would have {would_be[1] - would_be[2]} records in a replay, not {was[1] - was[2]}",
                hint="a filter or a mask goes by a value that got a stand-in",
            )
