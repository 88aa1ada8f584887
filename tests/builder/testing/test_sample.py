from __future__ import annotations

import pytest
from tests.builder.testing.test_rehearse import DEFAULT, MANIFEST, items
from tests.held import ENOUGH_SECONDS, Held

from penstock.authoring import ManifestError, parse_manifest
from penstock.testing.fake_api import FakeApi
from penstock_builder.testing.sample import TestRead

TEXT = MANIFEST.replace("HANDLER", DEFAULT)


def test_a_test_read_runs_by_itself_and_tells_all_at_its_end(api: FakeApi) -> None:
    """Started, it needs nobody; whoever waits gets the whole sample."""
    api.on("/items", items)

    sample = TestRead(parse_manifest(TEXT), "items", {"url": api.url, "key": "k"}).start().wait(10)

    assert (sample.reason, len(sample.records)) == ("all was read", 3)


def test_without_news_a_snapshot_is_the_same_object(api: FakeApi) -> None:
    """A screen that is drawn again costs nothing."""
    api.on("/items", items)
    read = TestRead(parse_manifest(TEXT), "items", {"url": api.url, "key": "k"}).start()

    read.wait(10)

    assert read.snapshot() is read.snapshot()


def test_news_come_while_the_next_answer_is_on_its_way(api: FakeApi) -> None:
    """A snapshot has the first page before the second."""
    held = Held({"items": []}, {"items": [{"id": 1}], "next": 1})
    api.on("/items", held)
    read = TestRead(parse_manifest(TEXT), "items", {"url": api.url, "key": "k"}).start()

    assert held.asked.wait(ENOUGH_SECONDS)

    assert len(read.snapshot().records) == 1
    assert not held.is_sent
    read.cancel()
    held.let_go()


def test_cancelling_ends_it_at_once(api: FakeApi) -> None:
    """Nobody waits for an answer that nobody wants any more; what there is stays."""
    held = Held({"items": []}, {"items": [{"id": 1}], "next": 1})
    api.on("/items", held)
    read = TestRead(parse_manifest(TEXT), "items", {"url": api.url, "key": "k"}).start()
    assert held.asked.wait(ENOUGH_SECONDS)

    read.cancel()
    sample = read.wait()

    assert not held.is_sent
    held.let_go()
    assert (sample.reason, len(sample.records), sample.is_over) == ("cancelled", 1, True)


def test_a_manifest_that_cannot_run_is_told_before_it_begins() -> None:
    """Every problem at once, with its place."""
    with pytest.raises(ManifestError):
        TestRead(parse_manifest("version: 1\n"), "items", {})
