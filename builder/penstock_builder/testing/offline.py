"""Reads a stream without a network: a function answers, the clock stands, nothing is waited for, keys are fixed."""

from __future__ import annotations

import copy
import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from penstock.authoring import (
    FailureKind,
    HttpRequest,
    HttpResponse,
    Json,
    Key,
    Manifest,
    Redactor,
    Sample,
    SampleLimits,
    Sampling,
    Send,
    StreamError,
    TransportFailure,
    links_of,
)
from penstock_builder.testing.asked import Asked, asked_of_request

_REASONS: Mapping[FailureKind, str] = {
    "timeout": "no answer in time",
    "connect": "cannot connect",
    "read": "the answer broke off",
    "request": "the request is not one that can be sent",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. `body` is JSON, or text where `is_text`; `is_packed` makes a gzip file of it.

    With `fails` no answer comes, and `why` is the reason.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
    is_text: bool = False
    is_packed: bool = False
    fails: FailureKind | None = None
    why: str = ""

    def response(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request. Raises TransportFailure where none comes."""
        if self.fails is not None:
            raise TransportFailure(self.fails, self.why or _REASONS[self.fails])
        headers = dict(self.headers)
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "text/plain; charset=utf-8" if self.is_text else "application/json"
        text = str(self.body or "") if self.is_text else json.dumps(self.body)
        body = text.encode()
        if self.is_packed:
            body = gzip.compress(body, mtime=0)
        return HttpResponse(
            self.status, headers, body, url=request.full_url(), links=links_of(headers), request=request
        )


class RefusedRequestError(StreamError):
    """A request came that nothing is there to answer."""


@dataclass(slots=True)
class Offline:
    """A read without a network, once it is over. `asked` are the requests in order."""

    sampling: Sampling
    asked: list[Asked]
    refused: list[str]

    @property
    def clear(self) -> Sample:
        """What was read: records masked, all else as the answers gave it, known secrets redacted."""
        return self.sampling.snapshot(_as_it_is, detect=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a stream is read with."""

    stream: str
    config: Mapping[str, Json]
    state: Mapping[str, Json]
    moment: dt.datetime
    limits: SampleLimits


Answering = Callable[[Asked, HttpRequest], Reply | str]
"""Gives the answer to a request, or says why there is none."""


def read_offline(manifest: Manifest, setting: Setting, answering: Answering) -> Offline:
    """Read a stream whose requests are answered by a function. Nothing is sent, and nothing waited for."""
    redactor = Redactor()
    asked: list[Asked] = []
    refused: list[str] = []

    send = offline_send(answering, redactor, asked, refused)
    sampling = Sampling(
        manifest,
        setting.stream,
        copy.deepcopy(dict(setting.config)),
        copy.deepcopy(dict(setting.state)),
        setting.limits,
        moment=setting.moment,
        around=lambda network: send,
        key=fixed_key,
        waits=False,
        redactor=redactor,
    )
    sampling.run()
    return Offline(sampling, asked, refused)


def offline_send(answering: Answering, redactor: Redactor, asked: list[Asked], refused: list[str]) -> Send:
    """A network that a function stands in for. It notes in `asked` and `refused` what it was asked."""

    def send(request: HttpRequest) -> HttpResponse:
        told = asked_of_request(request, redactor)
        asked.append(told)
        reply = answering(told, request)
        if isinstance(reply, str):
            refused.append(reply)
            raise RefusedRequestError(reply)
        return reply.response(request)

    return send


def fixed_key(reference: str) -> Key:
    """The masking key of tests: the same for the same reference everywhere, and of no use anywhere else."""
    return Key(hashlib.sha256(b"a key for tests alone: " + reference.encode()).digest())


def _as_it_is(value: Json) -> Json:
    return value
