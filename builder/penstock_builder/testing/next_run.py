"""What the next sync would ask for, beside what a test read asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from penstock.authoring import (
    Json,
    Planned,
    Preview,
    Reading,
    Redactor,
    Sample,
    Sampling,
    StandIns,
    first_requests,
)


def next_requests(
    reading: Reading, sampling: Sampling, sample: Sample, config: Mapping[str, Json], redactor: Redactor
) -> Preview:
    """What the sync after a test read would ask for; as in the read, no clear value of a masked field is in it.

    Raises ConfigError and ManifestError.
    """
    found = first_requests(reading, sample.stream, config, sampling.state, redactor)
    stand_ins = sampling.stand_ins()
    is_masked = sample.states and sample.states[-1] != sampling.state
    if is_masked:  # slices are cut by the cursor, so that they would tell it
        for one in found.requests:
            stand_ins.learn_clear(dict(one.slice))
            sent = parse_qsl(urlsplit(one.url).query)
            stand_ins.learn_clear({name: value for name, value in sent if value in one.slice.values()})
    return replace(found, requests=tuple(_hidden(one, stand_ins) for one in found.requests))


def _hidden(planned: Planned, stand_ins: StandIns) -> Planned:
    return replace(
        planned,
        url=stand_ins.url(planned.url),
        headers={name: stand_ins.text(value) for name, value in planned.headers.items()},
        body=stand_ins.body(planned.body.encode()) or "",
        slice={name: stand_ins.text(value) for name, value in planned.slice.items()},
    )


def differs(planned: Planned, sample: Sample) -> str:
    """In which parameters a request differs from the nearest first request of a sample; words."""
    firsts = [page.exchanges[0] for slice_ in sample.slices for page in slice_.pages[:1] if page.exchanges]
    same_path = [each for each in firsts if _path(each.url) == _path(planned.url)]
    if not same_path:
        return "not asked in this test"
    told = min((_parameters(each.url, planned.url) for each in same_path), key=len)
    bodies = {each.body or "" for each in same_path}
    if planned.body and planned.body not in bodies:
        told = [*told, "another body"]
    return ", ".join(told) or "the same as in this test"


def _parameters(before: str, after: str) -> list[str]:
    old, new = _query(before), _query(after)
    return [
        *(f"{name} = {value}" for name, value in new.items() if old.get(name) != value),
        *(f"without {name}" for name in _missing(old, new)),
    ]


def _missing(old: Iterable[str], new: Iterable[str]) -> list[str]:
    known = set(new)
    return [name for name in old if name not in known]


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _path(url: str) -> str:
    return urlsplit(url).path
