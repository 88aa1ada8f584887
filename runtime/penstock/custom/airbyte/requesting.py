"""Classes for airbyte-cdk that sign, send and judge requests, as ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import requests

from penstock.custom import bases
from penstock.custom.airbyte.exchange import ours, slice_of, their_outcome
from penstock.expressions.compile import Scope
from penstock.http.request import HttpRequest, HttpResponse, RequestOptions
from penstock.http.retry import Outcome, Resolution
from penstock.http.statuses import default_resolution
from penstock.records.resources import Resources
from penstock.registry import Given

Json = Any


class Authenticator(bases.Authenticator):
    """Asks for headers, parameters and body; one that overrides `__call__` signs the whole request."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made
        self._secret = using.minted
        self._signs = not _defines(type(made), "__call__").startswith("airbyte_cdk")

    def options(self) -> RequestOptions:
        headers = self._asked("get_auth_header")
        data = self._asked("get_request_body_data")
        for name, value in headers.items():
            if not name.lower().startswith(("accept", "content")):
                self._secret(str(value).rpartition(" ")[2])
        return RequestOptions(
            headers=headers,
            params=self._asked("get_request_params"),
            json=self._asked("get_request_body_json"),
            form={} if isinstance(data, str) else data,
            text=data if isinstance(data, str) else "",
        )

    def _asked(self, method: str) -> Any:
        return getattr(self._made, method, dict)() or {}

    def sign(self, request: HttpRequest) -> HttpRequest:
        if not self._signs:
            return request
        content, content_type = request.content()
        headers = {name: str(value) for name, value in request.options.headers.items()}
        if content_type:
            headers.setdefault("Content-Type", content_type)
        plain = requests.Request(request.method, request.full_url(), headers, data=content).prepare()
        signed = self._made(plain)
        body = signed.body or b""
        return replace(
            request,
            url=signed.url,
            declared=RequestOptions(
                headers={
                    name: value for name, value in signed.headers.items() if name.lower() != "content-length"
                },
                text=body if isinstance(body, str) else body.decode(),
            ),
        )

    def refresh(self) -> None:
        if hasattr(self._made, "refresh_and_set_access_token"):
            self._made.refresh_and_set_access_token()

    def token(self) -> str:
        return str(self._made.token)


def _defines(cls: type, method: str) -> str:
    """The module of the class that defines a method."""
    return next(base.__module__ for base in cls.__mro__ if method in vars(base))


class Requester(bases.Requester):
    """Lets `send_request` send by airbyte-cdk's own means, with its authenticator and error handler."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def fetch(self, scope: Scope, injected: RequestOptions, path: str | None) -> HttpResponse:
        response = self._made.send_request(
            stream_state={},
            stream_slice=slice_of(scope),
            next_page_token=scope.get("next_page_token"),
            path=path,
            request_headers=injected.headers,
            request_params=injected.params,
            request_body_data=injected.text or injected.form,
            request_body_json=injected.json,
        )
        return HttpResponse(404, {}, b"") if response is None else ours(response)


class ErrorHandler(bases.ErrorHandler):
    """Calls `interpret_response`; the message that it makes is not told, because it may hold data."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made
        self._told = f"a decision of `{given.class_name}`"

    def max_retries(self) -> int:
        retries = self._made.max_retries
        return super().max_retries() if retries is None else int(retries)

    def resolve(self, outcome: Outcome) -> Resolution:
        usual = default_resolution(outcome)
        made = self._made.interpret_response(their_outcome(outcome))
        if made is None or made.response_action is None:
            return usual
        failure_type = made.failure_type.value if made.failure_type else usual.failure_type
        told = f"HTTP {outcome.status}" if isinstance(outcome, HttpResponse) else outcome.reason
        return Resolution(made.response_action.name, failure_type, f"{told}, {self._told}")

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        strategies = getattr(self._made, "backoff_strategies", None) or ()
        asked = (strategy.backoff_time(their_outcome(outcome), attempt) for strategy in strategies)
        return next((seconds for seconds in asked if seconds), None)


class BackoffStrategy(bases.BackoffStrategy):
    """Calls `backoff_time`."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        seconds: float | None = self._made.backoff_time(their_outcome(outcome), attempt)
        return seconds
