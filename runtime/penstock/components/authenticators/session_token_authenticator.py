from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.components.decoders import DECODER
from penstock.components.requesters import REQUESTER, Requester
from penstock.components.session_tokens import SESSION_TOKEN_USE
from penstock.errors import ResponseError
from penstock.expressions.dates import parse_duration
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.http.tokens import Token, TokenKeeper
from penstock.masking.shape import describe
from penstock.records.pages import Decode
from penstock.records.paths import MISSING, get
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(AUTHENTICATOR)
class SessionTokenAuthenticator:
    """Log in, and send the token that the login gave."""

    login_requester: Buildable[Requester] = field(
        doc="The request that logs in.", slot=REQUESTER, implied="HttpRequester"
    )
    session_token_path: list[str] = field(
        doc="The keys that lead to the token in the answer.", examples=(["session", "token"],)
    )
    expiration_duration: str | None = field(
        default=None,
        doc="How long a token is good, as an ISO-8601 duration; without it, each request logs in anew.",
        examples=("PT1H",),
    )
    request_authentication: Buildable[Callable[[str], RequestOptions]] = field(
        doc="How the token is sent.", slot=SESSION_TOKEN_USE
    )
    decoder: Buildable[Decode] | None = field(
        default=None, doc="What reads the answer.", slot=DECODER, implied="JsonDecoder"
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A duration that can be read."""
        try:
            parse_duration(self.expiration_duration or "PT0S")
        except ValueError as error:
            yield "expiration_duration", f"`expiration_duration` is {error}"

    def build(self, using: Resources) -> Authenticator:
        requester = self.login_requester.build(using)
        decode = (self.decoder or _json_decoder()).build(using)
        use = self.request_authentication.build(using)

        def log_in(before: Token | None) -> Token:
            response = requester.fetch({"config": using.config}, NO_OPTIONS, None)
            body: Any = next(iter(decode(response)), {})
            token = get(body, self.session_token_path)
            if token is MISSING or token in (None, ""):
                path = ".".join(self.session_token_path)
                raise ResponseError(
                    f"stream {using.stream.name}: the login gave no token at `{path}`; it answered {describe(body)}",
                    failure_type="config_error",
                )
            using.minted(str(token))
            return Token(str(token), using.clock() + parse_duration(self.expiration_duration or "PT0S"))

        keeper = TokenKeeper(log_in, using.clock)
        return Authenticator(lambda: use(keeper()), keeper.refresh)


def _json_decoder() -> Any:
    from penstock.components.decoders.json_decoder import JsonDecoder

    return JsonDecoder()
