from __future__ import annotations

import datetime as dt

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.errors import ConfigError, RequestError, ResponseError
from penstock.expressions.forms import Text
from penstock.http.request import HttpRequest, HttpResponse, RequestOptions
from penstock.http.tokens import Token, TokenKeeper
from penstock.http.transport import TransportFailure
from penstock.masking.shape import describe
from penstock.records.resources import Resources
from penstock.registry import component, field

LIFE_HOURS = 24
"""How long a session is taken to be good."""


@component(AUTHENTICATOR)
class LegacySessionTokenAuthenticator:
    """Send a session token: the config's if the API still takes it, else one that a login gives.

    Manifests should use SessionTokenAuthenticator.
    """

    header: Text = field(doc="The header for the token.", examples=("X-Session",))
    login_url: Text = field(
        doc="What stands behind the requester's `url_base` in the URL of the login.", examples=("session",)
    )
    validate_session_url: Text = field(
        doc="The same of a URL that answers 401 where the token is no good.", examples=("user/current",)
    )
    session_token_response_key: Text = field(
        doc="The key of the token in the answer of the login.", examples=("id",)
    )
    session_token: Text | None = field(
        default=None, doc="A token to begin with.", secret=True, examples=("{{ config['session_token'] }}",)
    )
    username: Text | None = field(default=None, doc="The user name.", examples=("{{ config['username'] }}",))
    password: Text | None = field(
        default=None, doc="The password.", secret=True, examples=("{{ config['password'] }}",)
    )

    def build(self, using: Resources) -> Authenticator:
        session = _Session(self, using)
        header = self.header.text({"config": using.config})

        def keeper() -> TokenKeeper:
            return using.shared.once(session.identity(), lambda: TokenKeeper(session.begin, using.clock))

        def options() -> RequestOptions:
            return RequestOptions(headers={header: keeper()()})

        return Authenticator(options, lambda: keeper().refresh())


class _Session:
    """The settings of a LegacySessionTokenAuthenticator on a config."""

    def __init__(self, declared: LegacySessionTokenAuthenticator, using: Resources) -> None:
        self._declared = declared
        self._using = using
        self._given = self._text(declared.session_token)
        self._user, self._password = self._text(declared.username), self._text(declared.password)
        for secret in (self._given, self._password):
            using.minted(secret)

    def identity(self) -> tuple[str, ...]:
        """What streams must have in common to share a session."""
        login = self._url(self._declared.login_url)
        return ("legacy session", login, self._given, self._user, self._password)

    def begin(self, before: Token | None) -> Token:
        """The given token while it is good, else a new one."""
        if before is None and self._given and self._is_good(self._given):
            return self._token(self._given)
        if not self._user or not self._password:
            raise ConfigError(
                f"{self._where}: there is no valid session token, and no user name and password to log in with"
            )
        request = HttpRequest(
            "POST",
            self._url(self._declared.login_url),
            RequestOptions(json={"username": self._user, "password": self._password}),
        )
        response = self._sent(request)
        if not response.ok:
            raise self._refused("the login", response)
        key = self._text(self._declared.session_token_response_key)
        body = response.json_or_empty
        token = body.get(key) if isinstance(body, dict) else None
        if not token:
            raise ResponseError(
                f"{self._where}: the login gave no token at `{key}`; it answered {describe(body)}",
                failure_type="config_error",
            )
        self._using.minted(str(token))
        return self._token(str(token))

    def _is_good(self, token: str) -> bool:
        headers = {self._text(self._declared.header): token}
        url = self._url(self._declared.validate_session_url)
        response = self._sent(HttpRequest("GET", url, RequestOptions(headers=headers)))
        if not response.ok and response.status != 401:
            raise self._refused("the test of the session token", response)
        return response.ok

    def _sent(self, request: HttpRequest) -> HttpResponse:
        try:
            return self._using.budget(self._using.send)(request)
        except TransportFailure as failure:
            raise RequestError(f"{self._where}: {failure.reason}", failure_type="transient_error") from None

    def _refused(self, what: str, response: HttpResponse) -> RequestError:
        return RequestError(f"{self._where}: {what} was answered HTTP {response.status}")

    def _token(self, value: str) -> Token:
        return Token(value, self._using.clock() + dt.timedelta(hours=LIFE_HOURS))

    def _url(self, path: Text) -> str:
        return self._using.base_url() + self._text(path)

    def _text(self, text: Text | None) -> str:
        return "" if text is None else text.text({"config": self._using.config})

    @property
    def _where(self) -> str:
        return f"stream {self._using.stream.name}, session"
