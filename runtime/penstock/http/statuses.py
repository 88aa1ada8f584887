"""What an answer means where the manifest does not say: by HTTP status (RFC 9110 §15) and by kind of failure."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from penstock.errors import FailureType
from penstock.http.request import HttpResponse
from penstock.http.retry import Action, Origin, Outcome, Resolution
from penstock.http.transport import FailureKind

DEFAULT = Origin("default", None)
"""Says that no filter decided, but what is usual for a status or failure."""

_BY_STATUS: Mapping[int, tuple[Action, FailureType, str]] = {
    400: ("FAIL", "system_error", "the API does not take the request parameters"),
    401: ("FAIL", "config_error", "the API does not take the credentials"),
    403: ("FAIL", "config_error", "the credentials do not give access to this resource"),
    404: ("FAIL", "system_error", "the resource is not there"),
    405: ("FAIL", "system_error", "the API does not take this HTTP method here"),
    408: ("RETRY", "transient_error", "the API gave up waiting for the request"),
    429: ("RATE_LIMITED", "transient_error", "the API asks for fewer requests"),
    500: ("RETRY", "transient_error", "the API failed"),
    502: ("RETRY", "transient_error", "a gateway before the API failed"),
    503: ("RETRY", "transient_error", "the API is not available"),
    504: ("RETRY", "transient_error", "a gateway before the API got no answer"),
}

_BY_FAILURE: Mapping[FailureKind, tuple[Action, FailureType]] = {
    "timeout": ("RETRY", "transient_error"),
    "connect": ("RETRY", "transient_error"),
    "read": ("RETRY", "transient_error"),
    "request": ("FAIL", "config_error"),
}


def default_resolution(outcome: Outcome) -> Resolution:
    """What an outcome means where no filter matched: below 400 success, any other unknown status a retry."""
    if not isinstance(outcome, HttpResponse):
        action, failure_type = _BY_FAILURE[outcome.kind]
        return Resolution(action, failure_type, outcome.reason, DEFAULT)
    if outcome.ok:
        return Resolution("SUCCESS", "system_error", "", DEFAULT)
    return resolution_for(outcome.status)


def resolution_for(status: int) -> Resolution:
    """What a status means; one that the table does not hold is retried."""
    action, failure_type, why = _BY_STATUS.get(status, ("RETRY", "system_error", ""))
    message = f"HTTP {status}{_phrase(status)}{': ' if why else ''}{why}"
    return Resolution(action, failure_type, message, DEFAULT)


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
