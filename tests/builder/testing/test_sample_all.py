"""Short reads of several streams, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.ui.shop_page import DEMO

from penstock.authoring import ConfigError, parse_manifest
from penstock.testing.fake_api import FakeApi
from penstock_builder.testing.sample import TestRead
from penstock_builder.testing.sample_all import SHORT, SampleAll
from penstock_ui.demo import bookshop


def begins(api: FakeApi, reads: list[TestRead]) -> Callable[[str], TestRead]:
    manifest = parse_manifest(DEMO.read_text())
    config = {"url": api.url, "token": bookshop.TOKEN, "start_date": "2026-01-01T00:00:00Z"}

    def begin(stream: str) -> TestRead:
        assert all(read.snapshot().is_over for read in reads)
        reads.append(TestRead(manifest, stream, config, limits=SHORT).start())
        return reads[-1]

    return begin


def test_streams_are_read_one_after_the_other() -> None:
    """Each within short limits."""
    reads: list[TestRead] = []
    with FakeApi() as api:
        bookshop.open_bookshop(api)
        all_ = SampleAll(["customers", "orders"], begins(api, reads)).start()
        all_.wait(20)

    assert (all_.done, all_.is_over, all_.reading) == (2, True, "")
    assert [len(read.snapshot().records) for read in reads] == [20, 20]


def test_it_is_cancelled() -> None:
    """The read that goes on ends, and no other begins."""
    reads: list[TestRead] = []
    with FakeApi() as api:
        api.on("/customers", lambda request: time.sleep(3))
        all_ = SampleAll(["customers", "orders"], begins(api, reads)).start()
        while not api.requests:
            time.sleep(0.02)
        all_.cancel()
        all_.wait(2)
        assert all_.is_over

    assert [read.snapshot().reason for read in reads] == ["cancelled"]


def test_it_ends_where_a_read_cannot_begin() -> None:
    """Such as without a value that is required; it tells why."""
    problem = ConfigError("no value is set")

    def begin(stream: str) -> TestRead:
        raise problem

    all_ = SampleAll(["customers", "orders"], begin).start()
    all_.wait(5)

    assert (all_.done, all_.is_over, all_.problem) == (0, True, problem)


def test_what_there_is_nothing_to_read_of_is_passed_over() -> None:
    """Such as a stream that somebody else reads."""
    asked: list[str] = []

    all_ = SampleAll(["customers", "orders"], asked.append).start()
    all_.wait(5)

    assert asked == ["customers", "orders"]
    assert (all_.done, all_.is_over, all_.problem) == (2, True, None)
