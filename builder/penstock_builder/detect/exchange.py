"""A request that was sent and the answer it got, decoded: what every detector reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from penstock.authoring import Json


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its decoded answer. `url` keeps its query; a body is None where there is none.

    `request_body` is the decoded JSON, or the decoded form as an object. Names of headers are in any case.
    """

    method: str
    url: str
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: Json = None
    status: int = 200
    response_headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
