from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Literal

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.components.error_handlers import ERROR_HANDLER
from penstock.components.query_properties import PROPERTY_LIST, QUERY_PROPERTIES
from penstock.components.query_properties.query_properties import QueryProperties
from penstock.components.request_bodies import REQUEST_BODY, MakeBody, text_body
from penstock.components.requesters import REQUESTER, SCOPE, Requester
from penstock.errors import ConfigError, StreamError
from penstock.expressions.compile import Scope
from penstock.expressions.forms import Body, Text, TextMap
from penstock.http.authenticate import authenticated
from penstock.http.request import NO_OPTIONS, HttpRequest, HttpResponse, RequestOptions, Send, join_url
from penstock.http.retry import ErrorHandler, RetryPolicy, retrying
from penstock.lean import dataclass
from penstock.records.chunks import Properties
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


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
    query_properties: Buildable[Properties] | None = field(
        default=None,
        doc="Which fields to ask for; templates read them as `query_properties`.",
        slot=QUERY_PROPERTIES,
        implied="QueryProperties",
    )
    fetch_properties_from_endpoint: Buildable[Callable[[], list[str]]] | None = field(
        default=None,
        doc="What finds the fields to ask for.",
        slot=PROPERTY_LIST,
        implied="PropertiesFromEndpoint",
        deprecated="query_properties",
    )
    request_parameters: TextMap | None = field(
        default=None,
        doc="Parameters of the query string. One of them may be a QueryProperties: its fields with commas in between.",
        slot=QUERY_PROPERTIES,
        scope=SCOPE,
        examples=({"status": "open"},),
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
    request_body: Buildable[MakeBody] | None = field(
        default=None, doc="The body; it wins over the older fields.", slot=REQUEST_BODY, scope=SCOPE
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
        if self.request_parameters is not None and len(self.request_parameters.parts) > 1:
            yield (
                "request_parameters",
                "one of the `request_parameters` may be a QueryProperties, not several",
            )

    def build(self, using: Resources) -> Requester:
        authenticator = self._authenticator(using)
        handler = self.error_handler.build(using) if self.error_handler else _default_handler(using)
        policy = RetryPolicy(
            handler=handler,
            sleep=using.back_off or using.sleep,
            monotonic=using.monotonic,
            log=using.log,
            where=f"stream {using.stream.name}",
            rate_limited=lambda: using.rate_limited(using.stream.name),
            refresh=authenticator.refresh,
            soon=authenticator.soon,
            decided=using.decided,
        )
        send = retrying(
            authenticated(
                authenticator.around(using.budget(using.send)), authenticator.options, authenticator.sign
            ),
            policy,
        )
        make_body = self.request_body.build(using) if self.request_body else None
        cached = using.cache.wrap(send, using.stream.name)
        return _HttpRequester(self, using, send, cached, make_body, self._properties(using))

    def _authenticator(self, using: Resources) -> Authenticator:
        if self.authenticator is None:
            return Authenticator()
        base = self.url_base or self.url
        assert base is not None  # `problems` sees to it
        return self.authenticator.build(
            replace(
                using,
                base_url=lambda: base.text({"config": using.config}),
                send=using.login(using.send),
                decided=lambda decision: None,
            )
        )

    def _properties(self, using: Resources) -> Properties | None:
        parts = list(self.request_parameters.parts.values()) if self.request_parameters else []
        declared: Buildable[Properties] | None = parts[0] if parts else self.query_properties
        if declared is None and self.fetch_properties_from_endpoint is not None:
            declared = QueryProperties(property_list=self.fetch_properties_from_endpoint)
        return declared.build(using) if declared is not None else None


def _default_handler(using: Resources) -> ErrorHandler:
    from penstock.components.error_handlers.default_error_handler import DefaultErrorHandler

    return DefaultErrorHandler().build(using)


@dataclass(frozen=True, slots=True)
class _HttpRequester:
    declared: HttpRequester
    using: Resources
    send: Send
    send_cached: Send
    make_body: MakeBody | None
    properties: Properties | None

    def fetch(
        self, scope: Scope, injected: RequestOptions, path: str | None, *, streams: bool = False
    ) -> HttpResponse:
        declared = self.declared
        request = HttpRequest(
            method=declared.http_method,
            url=self._url(scope, path),
            declared=self._options(scope),
            injected=injected,
            timeouts=(declared.connect_timeout_in_seconds, declared.read_timeout_in_seconds),
            streams=streams,
        )
        use_cache = self.using.remembers_answers if declared.use_cache is None else declared.use_cache
        return self.send_cached(request) if use_cache and not streams else self.send(request)

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
        return replace(
            self._body(scope),
            params=self._params(scope),
            headers=self._headers(scope),
        )

    def _params(self, scope: Scope) -> dict[str, Any]:
        declared = self.declared.request_parameters
        if declared is None:
            return {}
        return {**declared(scope), **{name: ",".join(scope["query_properties"]) for name in declared.parts}}

    def _headers(self, scope: Scope) -> dict[str, Any]:
        headers = self.declared.request_headers
        if headers is None:
            return {}
        if headers.whole is None:
            given = headers(scope, types=None)
        else:
            given = _object(headers.whole.evaluate(scope), "request_headers")
        return {key: str(value) for key, value in given.items()}

    def _body(self, scope: Scope) -> RequestOptions:
        if self.make_body is not None:
            return self.make_body(scope)
        data, body = self.declared.request_body_data, self.declared.request_body_json
        if data is not None:
            return RequestOptions(form=data(scope)) if data.whole is None else text_body(data.whole, scope)
        return RequestOptions(json=_object(body(scope), "request_body_json")) if body else NO_OPTIONS


def _object(value: Any, field_name: str) -> dict[str, Any]:
    """What a field gives, where it gives an object or nothing. Raises StreamError."""
    if isinstance(value, dict):
        return value
    if not value:
        return {}
    raise StreamError(f"`{field_name}` does not give an object", failure_type="config_error")
