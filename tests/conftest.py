from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest

from penstock.testing.fake_api import FakeApi

pytest_plugins = ["tests.databases", "tests.warehouse"]

hypothesis.settings.register_profile("default", max_examples=100, deadline=None)
hypothesis.settings.register_profile("nightly", max_examples=10_000, deadline=None)
hypothesis.settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE")
    or ("ci" if os.environ.get("CI") or os.environ.get("REQUIRE_ALL") else "default")
)
"""In CI a change is judged by the same examples each time; elsewhere new ones are tried."""


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """A real HTTP server, told by the test what to answer."""
    with FakeApi() as server:
        yield server


def missing(what: str) -> None:
    """Skip a test whose service is not there; a failure where everything is required (`REQUIRE_ALL=1`)."""
    if os.environ.get("REQUIRE_ALL"):
        pytest.fail(f"{what} is missing, and REQUIRE_ALL is set")
    pytest.skip(f"{what} is not installed")
