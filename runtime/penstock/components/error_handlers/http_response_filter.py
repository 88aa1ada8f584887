from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from penstock.components.error_handlers import RESPONSE_FILTER, ResponseFilter, origin_of
from penstock.errors import FailureType
from penstock.expressions.forms import Condition, Text
from penstock.http.request import HttpResponse
from penstock.http.retry import Action, Outcome, Resolution
from penstock.http.statuses import resolution_for
from penstock.masking.shape import redacted_shape
from penstock.records.resources import Resources
from penstock.registry import component, field

_MESSAGE_KEYS = (
    "message",
    "messages",
    "error",
    "errors",
    "failures",
    "failure",
    "detail",
    "err",
    "error_message",
    "msg",
    "reason",
    "status_message",
)


SCOPE = ("headers", "request_url", "response")


@component(RESPONSE_FILTER)
class HttpResponseFilter:
    """Pick answers by status, by a condition or by words in their error message, and say what to do."""

    action: Action | None = field(
        default=None, doc="What to do; without it the filter picks nothing.", examples=("IGNORE",)
    )
    failure_type: FailureType | None = field(
        default=None, doc="Who can act, where the action is FAIL.", examples=("config_error",)
    )
    http_codes: list[int] = field(
        default=[], doc="HTTP status codes that are picked.", examples=([404, 410],)
    )
    predicate: Condition | None = field(
        default=None,
        doc="A condition that picks an answer; `request_url` comes without its query.",
        scope=SCOPE,
        examples=("{{ 'maintenance' in response.status }}",),
    )
    error_message_contains: str | None = field(
        default=None, doc="Words in the answer's error message that pick it.", examples=("quota exceeded",)
    )
    error_message: Text | None = field(
        default=None,
        doc="What to tell the user. Parts of the answer come out as their shape, `request_url` as its host.",
        scope=SCOPE,
        examples=("The account has no access to reports.",),
    )

    def build(self, using: Resources) -> ResponseFilter:
        origin = origin_of(self)

        def resolve(outcome: Outcome) -> Resolution | None:
            if (
                self.action is None
                or not isinstance(outcome, HttpResponse)
                or not self._picks(outcome, using)
            ):
                return None
            usual = resolution_for(outcome.status)
            failure_type = usual.failure_type
            if self.action == "FAIL" and self.failure_type is not None:
                failure_type = self.failure_type
            message = self._message(outcome, using) or _usual(usual, outcome)
            return Resolution(self.action, failure_type, message, origin)

        return resolve

    def _picks(self, response: HttpResponse, using: Resources) -> bool:
        if response.status in self.http_codes:
            return True
        if self.predicate is not None:
            scope = {
                "config": using.config,
                "headers": _Headers(response),
                "request_url": _without_query(response.url),
                "response": response.json_or_empty,
            }
            if self.predicate(scope):
                return True
        wanted = self.error_message_contains
        return wanted is not None and wanted != "" and wanted in (error_text(response) or "")

    def _message(self, response: HttpResponse, using: Resources) -> str:
        if self.error_message is None:
            return ""
        scope = {
            "config": using.config,
            "headers": redacted_shape(dict(response.headers)),
            "request_url": _host(response.url),
            "response": redacted_shape(response.json_or_empty),
        }
        return str(self.error_message.template.evaluate(scope, default=""))


def _usual(resolution: Resolution, response: HttpResponse) -> str:
    return f"HTTP {response.status}" if response.ok else resolution.message


def _host(url: str) -> str:
    """Scheme, host and port: nothing that could name a person or a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _without_query(url: str) -> str:
    return f"{_host(url)}{urlsplit(url).path}"


class _Headers(dict[str, str]):
    """Headers whose names are found in any spelling (RFC 9110 §5.1)."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__({name.lower(): value for name, value in response.headers.items()})

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


def error_text(response: HttpResponse) -> str | None:
    """The error message inside an answer, for matching only: never for showing."""
    body = response.json_or_empty
    if body == {}:
        return response.body.decode("utf-8", "replace")
    return _find_message(body)


def _find_message(body: Any) -> str | None:
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        parts = [part for part in map(_find_message, body) if part]
        return ", ".join(parts) or None
    if isinstance(body, dict):
        for key in _MESSAGE_KEYS:
            if body.get(key):
                return _find_message(body[key])
    return None
