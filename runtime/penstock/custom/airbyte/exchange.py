"""Answers, failures and slices in the forms that classes for airbyte-cdk know, and back."""

# pyright: reportMissingImports=false
# airbyte-cdk is a guest: not installed where types are checked

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import requests
from airbyte_cdk.sources.types import Record, StreamSlice
from requests.structures import CaseInsensitiveDict

from penstock.expressions.compile import Scope
from penstock.expressions.scope import Slice
from penstock.http.request import HttpResponse, RequestOptions
from penstock.http.retry import Outcome
from penstock.http.transport import FailureKind

Json = Any

_FAILURES: Mapping[FailureKind, type[requests.RequestException]] = {
    "timeout": requests.ReadTimeout,
    "connect": requests.ConnectionError,
    "read": requests.exceptions.ChunkedEncodingError,
    "request": requests.exceptions.InvalidURL,
}


def theirs(response: HttpResponse) -> requests.Response:
    """An answer of ours as one of `requests`. Its request has no more than the URL."""
    made = requests.Response()
    made.status_code = response.status
    made.headers = CaseInsensitiveDict(response.headers)
    made.url = response.url
    made.encoding = requests.utils.get_encoding_from_headers(made.headers)
    made.request = requests.PreparedRequest()
    made.request.url = response.url
    made.request.headers = CaseInsensitiveDict()
    made.raw = BytesIO(response.body)
    made._content = response.body  # noqa: SLF001 - there is no other way to fill one
    return made


def ours(response: requests.Response) -> HttpResponse:
    """An answer of `requests` as one of ours."""
    links = {name: {k: str(v) for k, v in link.items()} for name, link in response.links.items()}
    return HttpResponse(
        response.status_code, dict(response.headers), response.content, url=str(response.url), links=links
    )


def their_outcome(of: Outcome) -> requests.Response | Exception:
    """An answer, or the failure to get one, as their error handlers see it."""
    return theirs(of) if isinstance(of, HttpResponse) else _FAILURES[of.kind](of.reason)


def slice_of(scope: Scope) -> StreamSlice:
    """The slice of a scope."""
    return stream_slice(scope.get("stream_slice") or Slice())


def stream_slice(of: Slice) -> StreamSlice:
    """A slice of ours as one of theirs."""
    return StreamSlice(
        partition=dict(of.partition), cursor_slice=dict(of.cursor_slice), extra_fields=dict(of.extra_fields)
    )


def our_slice(of: Any) -> Slice:
    """A slice of theirs, or a plain mapping, as one of ours."""
    if isinstance(of, StreamSlice):
        return Slice(dict(of.partition), dict(of.cursor_slice), dict(of.extra_fields))
    return Slice(dict(of or {}))


def record_of(data: Mapping[str, Json], stream: str, within: StreamSlice) -> Record:
    """A record of ours as one of theirs."""
    return Record(data=data, stream_name=stream, associated_slice=within)


def data_of(record: Any) -> Json:
    """What is in one of their records; of a plain mapping, itself."""
    return record.data if isinstance(record, Record) else record


def options_of(provider: Any, of: StreamSlice, next_page_token: Json = None) -> RequestOptions:
    """What a provider of theirs puts into a request."""
    given = {"stream_state": {}, "stream_slice": of, "next_page_token": next_page_token}
    data = provider.get_request_body_data(**given) or {}
    return RequestOptions(
        params=provider.get_request_params(**given) or {},
        headers={name: str(value) for name, value in (provider.get_request_headers(**given) or {}).items()},
        form={} if isinstance(data, str) else data,
        text=data if isinstance(data, str) else "",
        json=provider.get_request_body_json(**given) or {},
    )
