from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.components.error_handlers import ERROR_HANDLER
from penstock.components.requesters import REQUESTER, Requester
from penstock.errors import ConfigError, StreamError
from penstock.expressions.compile import Scope
from penstock.expressions.forms import Body, Text, TextMap
from penstock.http.authenticate import authenticated
from penstock.http.request import HttpRequest, HttpResponse, RequestOptions, Send, join_url
from penstock.http.retry import ErrorHandler, RetryPolicy, retrying
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field

SCOPE = ("next_page_token", "stream_interval", "stream_partition", "stream_slice")


@component(REQUESTER)
class HttpRequester:
    """Make an HTTP request, send it, and send it again where the error handler says so."""

    url: Text | None = field(
        default=None, doc="The URL.", scope=SCOPE, examples=("https://api.example.com/v1/orders",)
    )
    url_base: Text | None = field(
        default=None,
        doc="The URL that `path` is joined to; wins over `url`.",
        scope=SCOPE,
        examples=("https://api.example.com/v1",),
        deprecated="url",
    )
    path: Text | None = field(
        default=None,
        doc="The path below the URL.",
        scope=SCOPE,
        examples=("orders/{{ stream_partition['id'] }}/lines",),
        deprecated="url",
    )
    http_method: Literal["GET", "POST"] = field(default="GET", doc="The HTTP method.")
    authenticator: Buildable[Authenticator] | None = field(
        default=None, doc="What proves who asks; none sends no credentials.", slot=AUTHENTICATOR
    )
    request_parameters: TextMap | None = field(
        default=None, doc="Parameters of the query string.", scope=SCOPE, examples=({"status": "open"},)
    )
    request_headers: TextMap | None = field(
        default=None, doc="Headers.", scope=SCOPE, examples=({"Accept": "application/json"},)
    )
    request_body_data: TextMap | None = field(
        default=None,
        doc="Form fields of the body, or its text.",
        scope=SCOPE,
        examples=({"query": "all"},),
        deprecated="request_body",
    )
    request_body_json: Body | None = field(
        default=None,
        doc="The JSON body.",
        scope=SCOPE,
        examples=({"filter": {"status": "open"}},),
        deprecated="request_body",
    )
    error_handler: Buildable[ErrorHandler] | None = field(
        default=None,
        doc="What to do about answers that are errors.",
        slot=ERROR_HANDLER,
        implied="DefaultErrorHandler",
    )
    use_cache: bool | None = field(
        default=None,
        doc="Answer a GET that was answered before from memory; by default for parents of other streams.",
    )
    connect_timeout_in_seconds: float | None = field(
        default=None, doc="How long connecting may take; 30 by default.", unit="seconds"
    )
    read_timeout_in_seconds: float | None = field(
        default=None, doc="How long the API may be silent; 120 by default.", unit="seconds"
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A URL is needed, and one kind of body at most."""
        if self.url is None and self.url_base is None:
            yield "url", "HttpRequester needs a `url` or a `url_base`"
        if self.request_body_data is not None and self.request_body_json is not None:
            yield "request_body_json", "a request has either `request_body_data` or `request_body_json`"

    def build(self, using: Resources) -> Requester:
        authenticator = self.authenticator.build(using) if self.authenticator else Authenticator()
        handler = self.error_handler.build(using) if self.error_handler else _default_handler(using)
        policy = RetryPolicy(
            handler=handler,
            sleep=using.sleep,
            monotonic=using.monotonic,
            log=using.log,
            where=f"stream {using.stream.name}",
            rate_limited=lambda: using.rate_limited(using.stream.name),
            refresh=authenticator.refresh,
        )
        send = retrying(authenticated(using.send, authenticator.options), policy)
        return _HttpRequester(self, using, send, using.cache.wrap(send, using.stream.name))


def _default_handler(using: Resources) -> ErrorHandler:
    from penstock.components.error_handlers.default_error_handler import DefaultErrorHandler

    return DefaultErrorHandler().build(using)


@dataclass(frozen=True, slots=True)
class _HttpRequester:
    declared: HttpRequester
    using: Resources
    send: Send
    send_cached: Send

    def fetch(self, scope: Scope, injected: RequestOptions, path: str | None) -> HttpResponse:
        declared = self.declared
        request = HttpRequest(
            method=declared.http_method,
            url=self._url(scope, path),
            declared=self._options(scope),
            injected=injected,
            timeouts=(declared.connect_timeout_in_seconds, declared.read_timeout_in_seconds),
        )
        use_cache = self.using.remembers_answers if declared.use_cache is None else declared.use_cache
        return self.send_cached(request) if use_cache else self.send(request)

    def _url(self, scope: Scope, path: str | None) -> str:
        base = self.declared.url_base or self.declared.url
        assert base is not None  # `problems` sees to it
        if path is None and self.declared.path is not None:
            path = self.declared.path.text(scope).lstrip("/")
        url = join_url(base.text(scope), path or "")
        if not url.startswith(("http://", "https://")):
            raise ConfigError("the URL is not an http or https URL", hint=f"see {base.template.span}")
        return url

    def _options(self, scope: Scope) -> RequestOptions:
        declared = self.declared
        form, text = self._form(scope)
        return RequestOptions(
            params=declared.request_parameters(scope) if declared.request_parameters else {},
            headers=self._headers(scope),
            form=form,
            json=self._json(scope),
            text=text,
        )

    def _headers(self, scope: Scope) -> dict[str, Any]:
        headers = self.declared.request_headers
        if headers is None:
            return {}
        if headers.whole is None:
            given = headers(scope, types=None)
        else:
            given = _object(headers.whole.evaluate(scope), "request_headers")
        return {key: str(value) for key, value in given.items()}

    def _form(self, scope: Scope) -> tuple[dict[str, Any], str]:
        data = self.declared.request_body_data
        if data is None:
            return {}, ""
        if data.whole is None:
            return data(scope), ""
        value = data.whole.evaluate(scope, default="")
        return (value, "") if isinstance(value, dict) else ({}, str(value))

    def _json(self, scope: Scope) -> dict[str, Any]:
        body = self.declared.request_body_json
        return {} if body is None else _object(body(scope), "request_body_json")


def _object(value: Any, field_name: str) -> dict[str, Any]:
    """What a field gives, where it gives an object or nothing. Raises StreamError."""
    if isinstance(value, dict):
        return value
    if not value:
        return {}
    raise StreamError(f"`{field_name}` does not give an object", failure_type="config_error")
