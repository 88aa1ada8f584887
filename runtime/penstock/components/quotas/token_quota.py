from __future__ import annotations

from penstock.components.budgets import REQUEST_MATCHER
from penstock.components.quotas import TOKEN_QUOTA, DeclaredQuota
from penstock.http.budget import Matcher
from penstock.http.token_pool import Quota
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(TOKEN_QUOTA)
class TokenQuota:
    """A count that the API keeps for each token, over the requests that the matchers pick."""

    name: str = field(doc="What to call it.", examples=("core",))
    remaining_path: list[str] = field(
        doc="The keys of the quota status that lead to what is left.", examples=(["core", "remaining"],)
    )
    reset_path: list[str] = field(
        doc="The keys that lead to the epoch second at which all is there again.",
        examples=(["core", "reset"],),
    )
    limit_path: list[str] = field(
        default=[], doc="The keys that lead to the whole.", examples=(["core", "limit"],)
    )
    matchers: list[Buildable[Matcher]] = field(
        default=[],
        doc="The requests that it counts; without them, those that no other quota counts.",
        slot=REQUEST_MATCHER,
        implied="HttpRequestRegexMatcher",
    )
    remaining_header: str | None = field(
        default=None,
        doc="The header of any answer that tells what is left.",
        examples=("X-RateLimit-Remaining",),
    )
    reset_header: str | None = field(
        default=None, doc="The header with the epoch second of the reset.", examples=("X-RateLimit-Reset",)
    )
    limit_header: str | None = field(
        default=None, doc="The header with the whole.", examples=("X-RateLimit-Limit",)
    )
    exhaustion_status_codes: list[int] = field(
        default=[], doc="HTTP statuses that tell that nothing is left.", examples=([403, 429],)
    )

    def build(self, using: Resources) -> DeclaredQuota:
        quota = Quota(
            matchers=[matcher.build(using) for matcher in self.matchers],
            remaining_header=self.remaining_header or "",
            reset_header=self.reset_header or "",
            limit_header=self.limit_header or "",
            spent_statuses=frozenset(self.exhaustion_status_codes),
        )
        return DeclaredQuota(
            quota, {"remaining": self.remaining_path, "reset": self.reset_path, "limit": self.limit_path}
        )
