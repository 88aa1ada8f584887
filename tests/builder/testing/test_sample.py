from __future__ import annotations

import time

import pytest
from tests.builder.testing.test_rehearse import DEFAULT, MANIFEST, items

from penstock.authoring import ManifestError
from penstock.testing.fake_api import Answer, FakeApi
from penstock_builder.testing.sample import TestRead

TEXT = MANIFEST.replace("HANDLER", DEFAULT)


def test_a_test_read_runs_by_itself_and_tells_all_at_its_end(api: FakeApi) -> None:
    """Started, it needs nobody; whoever waits gets the whole sample."""
    api.on("/items", items)

    sample = TestRead.of_text(TEXT, "items", {"url": api.url, "key": "k"}).start().wait(10)

    assert (sample.reason, len(sample.records)) == ("all was read", 3)


def test_without_news_a_snapshot_is_the_same_object(api: FakeApi) -> None:
    """A screen that is drawn again costs nothing."""
    api.on("/items", items)
    read = TestRead.of_text(TEXT, "items", {"url": api.url, "key": "k"}).start()

    read.wait(10)

    assert read.snapshot() is read.snapshot()


def test_news_come_while_the_next_answer_is_on_its_way(api: FakeApi) -> None:
    """Who waits for news has the first page long before the second."""
    api.in_turn("/items", {"items": [{"id": 1}], "next": 1}, Answer({"items": []}, delay_seconds=3))
    read = TestRead.of_text(TEXT, "items", {"url": api.url, "key": "k"}).start()
    until = time.monotonic() + 1

    while not read.wait_for_news(0.1).records and time.monotonic() < until:
        pass

    assert len(read.snapshot().records) == 1
    read.cancel()


def test_cancelling_ends_it_at_once(api: FakeApi) -> None:
    """Nobody waits for an answer that nobody wants any more; what there is stays."""
    api.in_turn("/items", {"items": [{"id": 1}], "next": 1}, Answer({"items": []}, delay_seconds=5))
    read = TestRead.of_text(TEXT, "items", {"url": api.url, "key": "k"}).start()
    while not read.wait_for_news(0.1).records:
        pass
    started = time.monotonic()

    read.cancel()
    sample = read.wait(4)

    assert time.monotonic() - started < 0.5
    assert (sample.reason, len(sample.records), sample.is_over) == ("cancelled", 1, True)


def test_a_manifest_that_cannot_run_is_told_before_it_begins() -> None:
    """Every problem at once, with its place."""
    with pytest.raises(ManifestError):
        TestRead.of_text("version: 1\n", "items", {})
