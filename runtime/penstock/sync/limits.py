"""Bounds of a run, from the environment; each has a default that holds for almost everyone."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

from penstock.errors import ConfigError
from penstock.http.transport import Limits

_SETTINGS: Mapping[str, str] = {
    "PENSTOCK_CONNECT_TIMEOUT_SECONDS": "connect_seconds",
    "PENSTOCK_READ_TIMEOUT_SECONDS": "read_seconds",
    "PENSTOCK_MAX_RESPONSE_BYTES": "body_bytes",
}


def limits_from(environment: Mapping[str, str] = os.environ) -> Limits:
    """The HTTP limits, with what the environment sets. Raises ConfigError where that is no positive number."""
    given: dict[str, float] = {}
    for variable, name in _SETTINGS.items():
        text = environment.get(variable)
        if text is None:
            continue
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if not 0 < value < math.inf:
            raise ConfigError(f"{variable} is not a positive number")
        given[name] = value
    defaults = Limits()
    return Limits(
        connect_seconds=given.get("connect_seconds", defaults.connect_seconds),
        read_seconds=given.get("read_seconds", defaults.read_seconds),
        body_bytes=int(given.get("body_bytes", defaults.body_bytes)),
    )
