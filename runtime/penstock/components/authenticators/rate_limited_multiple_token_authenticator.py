from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.components.budgets import seconds_of
from penstock.components.quotas import QUOTA_STATUS_SOURCE, TOKEN_QUOTA, DeclaredQuota, QuotaStatus
from penstock.errors import ConfigError
from penstock.expressions.forms import Text
from penstock.http.request import HttpRequest, HttpResponse, RequestOptions, Send
from penstock.http.retry import ErrorHandler, Outcome, Resolution, RetryPolicy, retrying
from penstock.http.statuses import default_resolution
from penstock.http.token_pool import Count, Patience, TokenPool, count_in
from penstock.lean import dataclass
from penstock.records.paths import get
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(AUTHENTICATOR)
class RateLimitedMultipleTokenAuthenticator:
    """Use one of several tokens until its quota is used up, then the next, and wait where none has anything left."""

    tokens: Text | list[Text] = field(
        doc="The tokens, as a list or as one text.",
        secret=True,
        examples=("{{ config['tokens'] }}", ["{{ config['token'] }}", "{{ config['other_token'] }}"]),
    )
    quota_status_source: Buildable[QuotaStatus] = field(
        doc="What tells what is left for a token.", slot=QUOTA_STATUS_SOURCE, implied="QuotaStatusSource"
    )
    quotas: list[Buildable[DeclaredQuota]] = field(
        doc="What the API allows each token.", slot=TOKEN_QUOTA, implied="TokenQuota"
    )
    token_delimiter: str = field(default=",", doc="What stands between tokens in one text.")
    auth_method: str = field(default="Bearer", doc="The word in front of the token.")
    header: str = field(default="Authorization", doc="The header for the token.")
    max_wait_time: str = field(
        default="PT2H", doc="The longest wait for a quota, as an ISO-8601 duration.", examples=("PT30M",)
    )
    budget_reserve_fraction: float = field(
        default=0.1, doc="The part of a quota from which on requests are spread over the time that is left."
    )
    budget_min_reserve: int = field(
        default=50, doc="The requests that are kept in reserve in the same way.", unit="requests"
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one quota."""
        if not self.quotas:
            yield "quotas", "RateLimitedMultipleTokenAuthenticator needs `quotas`"

    def build(self, using: Resources) -> Authenticator:
        tokens = self._tokens(using)
        declared = [quota.build(using) for quota in self.quotas]
        status = _Status(self.quota_status_source.build(using), declared, self._sign, using)
        patience = Patience(
            seconds_of(self.max_wait_time, "`max_wait_time`"),
            self.budget_reserve_fraction,
            self.budget_min_reserve,
        )

        def make() -> TokenPool:
            return TokenPool(
                tokens,
                [quota.quota for quota in declared],
                status.ask,
                patience,
                clock=using.clock,
                sleep=using.sleep,
                log=using.log,
            )

        identity = repr((tokens, declared, status.source, patience, self.auth_method, self.header))
        pool = using.shared.once(("token pool", identity), make)

        def around(send: Send) -> Send:
            return pool.around(send, self._sign)

        return Authenticator(around=around, soon=pool.soon)

    def _tokens(self, using: Resources) -> list[str]:
        scope = {"config": using.config}
        if isinstance(self.tokens, Text):
            given = self.tokens.text(scope).split(self.token_delimiter or ",")
        else:
            given = [token.text(scope) for token in self.tokens]
        tokens = [token.strip() for token in given if token.strip()]
        if not tokens:
            raise ConfigError("there is no token in what `tokens` gives")
        for token in tokens:
            using.minted(token)
        return tokens

    def _sign(self, request: HttpRequest, token: str) -> HttpRequest:
        value = f"{self.auth_method or 'Bearer'} {token}"
        return request.signed(RequestOptions(headers={self.header or "Authorization": value}))


class _Status:
    """Asks for the counts of a token."""

    def __init__(
        self,
        source: QuotaStatus,
        declared: Sequence[DeclaredQuota],
        sign: Callable[[HttpRequest, str], HttpRequest],
        using: Resources,
    ) -> None:
        self.source = source
        self._declared = declared
        self._sign = sign
        handler: ErrorHandler = _StatusHandler(source.unavailable)
        policy = RetryPolicy(
            handler=handler,
            sleep=using.sleep,
            monotonic=using.monotonic,
            log=using.log,
            where=f"stream {using.stream.name}, quota status",
            rate_limited=lambda: None,
            refresh=lambda: None,
        )
        self._send = retrying(using.budget(using.send), policy)

    def ask(self, token: str) -> list[Count] | None:
        """The counts of a token; None where the API keeps none."""
        response = self._send(self._sign(self.source.request, token))
        if response.status in self.source.unavailable:
            return None
        body = response.json_or_empty
        return [count_in(body, get, declared.paths) for declared in self._declared]


@dataclass(frozen=True, slots=True)
class _StatusHandler:
    """As for any request, but that some statuses are an answer too."""

    unavailable: frozenset[int]
    max_retries: int = 5

    def resolve(self, outcome: Outcome) -> Resolution:
        if isinstance(outcome, HttpResponse) and outcome.status in self.unavailable:
            return Resolution("SUCCESS", "system_error", "")
        return default_resolution(outcome)

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        return None
