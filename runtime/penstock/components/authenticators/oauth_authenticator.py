from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from penstock.components.authenticators import AUTHENTICATOR, Authenticator, bearer
from penstock.components.token_updaters import TOKEN_UPDATER, TokenPlaces
from penstock.errors import ConfigError
from penstock.expressions.forms import Body, Text
from penstock.http.oauth import Refusal, TokenEndpoint, moment_of
from penstock.http.request import HttpRequest, RequestOptions
from penstock.http.retry import RetryPolicy
from penstock.http.tokens import Token, TokenKeeper
from penstock.records.paths import MISSING, get, put
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
"""The grant of an assertion (RFC 7523 §2.1)."""


@component(AUTHENTICATOR)
class OAuthAuthenticator:
    """Send an access token, and get a new one from the token endpoint when it has expired (RFC 6749)."""

    token_refresh_endpoint: Text | None = field(
        default=None,
        doc="The URL of the token endpoint; without it, `access_token_value` is sent as it is.",
        examples=("https://auth.example.com/oauth/token",),
    )
    client_id: Text | None = field(
        default=None, doc="The client's id.", examples=("{{ config['client_id'] }}",)
    )
    client_secret: Text | None = field(
        default=None, doc="The client's secret.", secret=True, examples=("{{ config['client_secret'] }}",)
    )
    refresh_token: Text | None = field(
        default=None,
        doc="The refresh token.",
        secret=True,
        examples=("{{ config['credentials']['refresh_token'] }}",),
    )
    grant_type: Text | None = field(
        default=None,
        doc="How a token is asked for; `refresh_token` by default.",
        examples=("client_credentials",),
    )
    scopes: list[Text] | None = field(
        default=None, doc="What to ask access to.", examples=(["orders.read", "offline_access"],)
    )
    access_token_value: Text | None = field(
        default=None,
        doc="An access token to begin with.",
        secret=True,
        examples=("{{ config['access_token'] }}",),
    )
    token_expiry_date: Text | None = field(
        default=None,
        doc="The moment at which `access_token_value` expires, as ISO-8601 or in seconds since 1970.",
        examples=("2025-01-01T00:00:00Z",),
    )
    token_expiry_date_format: str | None = field(
        default=None,
        doc="Given, `expires_in` of an answer is a moment, and not a number of seconds.",
        examples=("%Y-%m-%d %H:%M:%S",),
    )
    client_id_name: Text | None = field(
        default=None, doc="The parameter for the client's id; `client_id` by default.", examples=("app_id",)
    )
    client_secret_name: Text | None = field(
        default=None,
        doc="The parameter for the client's secret; `client_secret` by default.",
        examples=("key",),
    )
    refresh_token_name: Text | None = field(
        default=None,
        doc="The parameter for the refresh token; `refresh_token` by default.",
        examples=("code",),
    )
    grant_type_name: Text | None = field(
        default=None, doc="The parameter for the grant type; `grant_type` by default.", examples=("type",)
    )
    access_token_name: Text | None = field(
        default=None,
        doc="The key of the token in the answer; `access_token` by default.",
        examples=("token",),
    )
    expires_in_name: Text | None = field(
        default=None,
        doc="The key of the answer that tells how long the token is good; `expires_in` by default.",
        examples=("expires",),
    )
    refresh_request_body: Body | None = field(
        default=None, doc="Further parameters of the request.", examples=({"audience": "api"},)
    )
    refresh_request_headers: Body | None = field(
        default=None,
        doc="Headers of the request; with `Authorization` the client's id and secret are not sent in the body.",
        examples=({"Accept": "application/json"},),
    )
    send_refresh_request_as_query_params: bool = field(
        default=False, doc="Send the parameters in the URL, and no body."
    )
    refresh_token_error_status_codes: list[int] = field(
        default=[],
        doc="HTTP statuses that tell that the refresh token is no good; 400 by default.",
        examples=([401],),
    )
    refresh_token_error_key: str = field(
        default="", doc="The key of the answer that says why; `error` by default.", examples=("code",)
    )
    refresh_token_error_values: list[str] = field(
        default=[],
        doc="The values of that key that mean so; `invalid_grant` and `invalid_permissions` by default.",
        examples=(["expired"],),
    )
    refresh_token_updater: Buildable[TokenPlaces] | None = field(
        default=None,
        doc="Where new tokens are saved in the config, if refresh tokens are good only once.",
        slot=TOKEN_UPDATER,
        implied="RefreshTokenUpdater",
    )
    use_profile_assertion: bool = field(
        default=False, doc="Prove who asks by a signed `profile_assertion` (RFC 7523)."
    )
    profile_assertion: Buildable[Authenticator] | None = field(
        default=None, doc="What signs it.", slot=AUTHENTICATOR, implied="JwtAuthenticator"
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """What the chosen way of asking needs."""
        if self.token_refresh_endpoint is None:
            if self.access_token_value is None:
                yield "token_refresh_endpoint", "OAuthAuthenticator needs `token_refresh_endpoint`"
            return
        if self.use_profile_assertion:
            if self.profile_assertion is None:
                yield "profile_assertion", "`use_profile_assertion` needs a `profile_assertion`"
            return
        for name in ("client_id", "client_secret"):
            if getattr(self, name) is None:
                yield name, f"OAuthAuthenticator needs `{name}`"
        refreshes = self.grant_type is None or self.grant_type.constant == "refresh_token"
        if refreshes and self.refresh_token is None and self.refresh_token_updater is None:
            yield "refresh_token", "the grant type `refresh_token` needs a `refresh_token`"

    def build(self, using: Resources) -> Authenticator:
        if self.token_refresh_endpoint is None:
            assert self.access_token_value is not None  # `problems` sees to it
            token = self.access_token_value.text({"config": using.config})
            using.minted(token)
            return Authenticator(lambda: bearer(token), token=lambda: token)
        grant = _Grant(self, using)
        keeper = using.shared.once(("oauth", grant.identity()), grant.keeper)
        return Authenticator(lambda: bearer(keeper()), keeper.refresh, keeper)


class _Grant:
    """The settings of an OAuthAuthenticator on a config."""

    def __init__(self, declared: OAuthAuthenticator, using: Resources) -> None:
        self._declared = declared
        self._using = using
        self._scope = {"config": using.config}
        self._places = declared.refresh_token_updater.build(using) if declared.refresh_token_updater else None
        self._assertion = declared.profile_assertion.build(using) if declared.profile_assertion else None

    def identity(self) -> str:
        """What streams must have in common to share a token."""
        request = self._request(assertion="")
        places = self._places and (self._places.access_token, self._places.refresh_token)
        return repr((request.url, request.declared, places, self._text("access_token_value")))

    def keeper(self) -> TokenKeeper:
        """What keeps the token."""
        policy = RetryPolicy(
            handler=self._refusal(),
            sleep=self._using.sleep,
            monotonic=self._using.monotonic,
            log=self._using.log,
            where=f"stream {self._using.stream.name}, token endpoint",
            rate_limited=lambda: None,
            refresh=lambda: None,
        )
        endpoint = TokenEndpoint(
            send=self._using.send,
            policy=policy,
            clock=self._using.clock,
            minted=self._using.minted,
            names=(self._name("access_token"), self._name("expires_in"), self._refresh_token_name()),
            life_is_a_moment=self._declared.token_expiry_date_format is not None,
        )

        def fetch(before: Token | None) -> Token:
            token, refresh_token = endpoint.ask(self._request(self._signed()), before)
            self._save(token, refresh_token)
            return token

        return TokenKeeper(fetch, self._using.clock, self._first())

    def _request(self, assertion: str) -> HttpRequest:
        declared = self._declared
        assert declared.token_refresh_endpoint is not None  # `problems` sees to it
        headers = declared.refresh_request_headers(self._scope) if declared.refresh_request_headers else {}
        form = self._form(assertion, has_authorization="Authorization" in headers)
        headers = {name: str(value) for name, value in headers.items()}
        if declared.send_refresh_request_as_query_params:
            options = RequestOptions(params=form, headers=headers)
        else:
            options = RequestOptions(form=form, headers=headers)
        return HttpRequest("POST", declared.token_refresh_endpoint.text(self._scope), options)

    def _form(self, assertion: str, *, has_authorization: bool) -> dict[str, Any]:
        declared = self._declared
        if declared.use_profile_assertion:
            return {self._name("grant_type"): JWT_BEARER, "assertion": assertion}
        form: dict[str, Any] = {self._name("grant_type"): self._text("grant_type") or "refresh_token"}
        if not has_authorization:
            form[self._name("client_id")] = self._client("client_id")
            form[self._name("client_secret")] = self._client("client_secret")
        form[self._name("refresh_token")] = self._refresh_token()
        if declared.scopes:
            form["scopes"] = [scope.text(self._scope) for scope in declared.scopes]
        extras = declared.refresh_request_body(self._scope) if declared.refresh_request_body else {}
        return {key: value for key, value in {**extras, **form}.items() if value is not None}

    def _name(self, of: str) -> str:
        return self._text(f"{of}_name") or of

    def _refresh_token_name(self) -> str:
        return self._places.refresh_token_name if self._places else self._name("refresh_token")

    def _text(self, field_name: str) -> str | None:
        text: Text | None = getattr(self._declared, field_name)
        return None if text is None else text.text(self._scope)

    def _client(self, name: str) -> str | None:
        """The client's id or secret: an updater's come from the config's credentials, where they are there."""
        saved = get(self._using.config, ["credentials", name]) if self._places else MISSING
        return self._text(name) if saved is MISSING else str(saved)

    def _refresh_token(self) -> str | None:
        saved = get(self._using.config, self._places.refresh_token) if self._places else MISSING
        return self._text("refresh_token") if saved is MISSING else str(saved)

    def _signed(self) -> str:
        return self._assertion.token() if self._assertion else ""

    def _refusal(self) -> Refusal:
        declared = self._declared
        statuses: Sequence[int] = declared.refresh_token_error_status_codes
        key = declared.refresh_token_error_key
        values: Sequence[str] = declared.refresh_token_error_values
        if self._places and not statuses:
            statuses, key, values = self._places.refusal
        return Refusal(statuses or [400], key or "error", values or ["invalid_grant", "invalid_permissions"])

    def _first(self) -> Token | None:
        """The token to begin with; none where it is not known how long it is good."""
        if self._places:
            value, expiry = (
                get(self._using.config, path) for path in (self._places.access_token, self._places.expiry)
            )
        else:
            value, expiry = self._text("access_token_value"), self._text("token_expiry_date")
        if value in _NOTHING or expiry in _NOTHING:
            return None
        self._using.minted(str(value))
        try:
            return Token(str(value), moment_of(expiry))
        except ValueError:
            raise ConfigError("the moment at which the access token expires cannot be read") from None

    def _save(self, token: Token, refresh_token: str) -> None:
        """Put new tokens into the config, and say so."""
        if self._places is None:
            return
        put(self._using.config, self._places.access_token, token.value)
        put(self._using.config, self._places.expiry, token.expires.isoformat() if token.expires else "")
        if refresh_token:
            put(self._using.config, self._places.refresh_token, refresh_token)
        self._using.config_changed()


_NOTHING = (None, "", MISSING)
