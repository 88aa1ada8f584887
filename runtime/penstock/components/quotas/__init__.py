"""Quotas: what an API allows each token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from penstock.http.request import HttpRequest
from penstock.http.token_pool import Quota
from penstock.lean import dataclass
from penstock.registry import Kind


@dataclass(frozen=True, slots=True)
class DeclaredQuota:
    """A quota, and where the quota status tells of it: paths of `remaining`, `reset` and `limit`, empty for none."""

    quota: Quota
    paths: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """The request for a token's quotas, before it is signed; an answer of `unavailable` says that there are none."""

    request: HttpRequest
    unavailable: frozenset[int]


TOKEN_QUOTA: Kind[DeclaredQuota] = Kind("token_quota", "What an API allows each token.")
QUOTA_STATUS_SOURCE: Kind[QuotaStatus] = Kind("quota_status_source", "Tells what is left for a token.")
