from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from penstock.authoring import Manifest, SampleLimits, Sampling
from penstock.testing.canary import MASKING_KEY

Json = Any
Read = Callable[..., Sampling]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads a stream of a real API to the end."""
    monkeypatch.setenv("PENSTOCK_MASKING_KEY", MASKING_KEY)

    def run(
        manifest: Manifest,
        stream: str,
        config: Mapping[str, Json],
        saved: Mapping[str, Json] | None = None,
        limits: SampleLimits | None = None,
    ) -> Sampling:
        sampling = Sampling(manifest, stream, dict(config), saved, limits)
        sampling.run()
        return sampling

    return run


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Callable[[], AbstractContextManager[None]]:
    """Within it no socket can be made."""

    def refused(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was asked for")

    @contextmanager
    def denied() -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr(socket, "socket", refused)
            patch.setattr(socket, "create_connection", refused)
            patch.setattr(socket, "getaddrinfo", refused)
            patch.delenv("PENSTOCK_MASKING_KEY", raising=False)
            yield

    return denied
