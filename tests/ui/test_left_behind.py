"""What goes on, or stays, when its connector or its stream is left: reads, syncs, and what was read."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.held import ENOUGH_SECONDS, Held
from tests.ui.opened import Opened, connector

from penstock.authoring import ConfigError, HttpRequest, HttpResponse, Json, Send
from penstock.testing.fake_api import FakeApi
from penstock_builder.masking import Grid
from penstock_builder.streams import remove_stream, rename_stream
from penstock_builder.testing.sample import TestRead
from penstock_ui.policy import known_fields

STREAM = """\
  - type: DeclarativeStream
    name: {name}
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: "{{{{ config['url'] }}}}/{name}"
        request_headers: {{ X-Token: "{{{{ config['token'] }}}}" }}
      record_selector:
        type: RecordSelector
        extractor: {{ type: DpathExtractor, field_path: [items] }}
    schema_loader:
      type: InlineSchemaLoader
      schema: {{ type: object, properties: {{ id: {{ type: integer }} }} }}
"""
MANIFEST = f"""\
version: "6.0.0"
type: DeclarativeSource
check: {{ type: CheckStream, stream_names: [first] }}
streams:
{"".join(STREAM.format(name=name) for name in ("first", "second", "third"))}\
spec:
  type: Spec
  connection_specification:
    type: object
    required: [url, token]
    properties:
      url: {{ type: string }}
      token: {{ type: string, airbyte_secret: true }}
"""
ITEMS: Json = {"items": [{"id": 1}]}
HERE, THERE = "shop/manifest.yaml", "other/manifest.yaml"
Open = Callable[[str], Opened]


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """An API of three streams, each of one record."""
    with FakeApi() as opened:
        for name in ("first", "second", "third"):
            opened.on(f"/{name}", ITEMS)
        yield opened


@pytest.fixture
def open_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: FakeApi) -> Open:
    """Opens the page at a view of one of two connectors that are alike but for their token."""

    def open_(view: str) -> Opened:
        page = Opened(tmp_path, monkeypatch, manifest=HERE, view=view)
        for name in ("shop", "other"):
            path = tmp_path / name / "manifest.yaml"
            page.session.values_of(path).update({"url": api.url, "token": f"token of {name}"})
        page.run()
        return page

    for name in ("shop", "other"):
        connector(tmp_path, name, MANIFEST)
    return open_


def go(page: Opened, **place: str) -> None:
    for name, value in place.items():
        page.app.query_params[name] = value
    page.run()


def asked(api: FakeApi) -> list[str]:
    return [request.path for request in api.requests]


def syncs_that_run() -> int:
    return sum(thread.name == "penstock-sync" for thread in threading.enumerate())


def test_sampling_ends_with_the_connector_it_is_of(api: FakeApi, open_at: Open) -> None:
    """The one that is opened next is asked nothing, and has no read that nobody began there."""
    held = Held(ITEMS)
    api.on("/first", held)
    page = open_at("masking")
    page.click("sample-all")
    sampler = page.session.kept["sample all"]
    assert held.asked.wait(ENOUGH_SECONDS)

    go(page, manifest=THERE)
    held.let_go()
    sampler.wait(ENOUGH_SECONDS)
    page.run()

    assert page.place["manifest"] == THERE
    assert sampler.is_over
    assert (page.session.reads, page.session.problem) == ({}, None)
    assert asked(api) == ["/first"]


def test_sampling_passes_over_a_stream_that_is_being_tested(api: FakeApi, open_at: Open) -> None:
    """Whoever tests a stream meanwhile keeps the test; what went wrong with something else stays told."""
    held, begun, go_on = Held(ITEMS), threading.Event(), threading.Event()

    def slow(send: Send) -> Send:
        def sent(request: HttpRequest) -> HttpResponse:
            begun.set()
            go_on.wait(ENOUGH_SECONDS)
            return send(request)

        return sent

    api.on("/first", held)
    page = open_at("masking")
    page.click("sample-all")
    assert held.asked.wait(ENOUGH_SECONDS)
    mine = page.session.test("second", around=slow)
    assert begun.wait(ENOUGH_SECONDS)
    told = page.session.problem = ConfigError("something else")

    held.let_go()
    page.session.kept["sample all"].wait(ENOUGH_SECONDS)
    third = page.session.reads["third"].wait(ENOUGH_SECONDS)
    go_on.set()

    assert page.session.reads["second"] is mine
    assert mine.wait(ENOUGH_SECONDS).reason == third.reason == "all was read"
    assert page.session.problem is told


def test_sampling_passes_over_a_stream_that_was_removed(api: FakeApi, open_at: Open) -> None:
    held = Held(ITEMS)
    api.on("/first", held)
    page = open_at("masking")
    page.click("sample-all")
    assert held.asked.wait(ENOUGH_SECONDS)

    page.session.change(lambda: remove_stream(page.draft, "second"))
    held.let_go()
    page.session.kept["sample all"].wait(ENOUGH_SECONDS)

    assert list(page.session.reads) == ["first", "third"]


def test_what_keeps_sampling_from_going_on_is_said(api: FakeApi, open_at: Open) -> None:
    """In Masking, and not at the top of whatever is looked at then."""
    held = Held(ITEMS)
    api.on("/first", held)
    page = open_at("masking")
    page.click("sample-all")
    assert held.asked.wait(ENOUGH_SECONDS)

    page.session.values.set("token", None)
    held.let_go()
    page.session.kept["sample all"].wait(ENOUGH_SECONDS)
    page.run()

    assert page.session.problem is None
    assert "no value is set for `token`" in page.said


def test_a_second_click_begins_no_second_sync(api: FakeApi, open_at: Open) -> None:
    """The one that runs goes on alone: two would write one file."""
    held = Held(ITEMS)
    api.on("/first", held)
    page = open_at("data")
    page.click("sync-run")
    assert held.asked.wait(ENOUGH_SECONDS)

    page.click("sync-run")
    running = syncs_that_run()
    held.let_go()
    ended = page.session.syncs[page.draft.path].wait(ENOUGH_SECONDS).ended

    assert running == 1
    assert ended == "all is synced"


def test_a_sync_is_still_known_after_another_connector(api: FakeApi, open_at: Open) -> None:
    """It goes on meanwhile; there it is not shown, and on the way back it can be watched and cancelled."""
    held = Held(ITEMS)
    api.on("/first", held)
    page = open_at("data")
    page.click("sync-run")
    assert held.asked.wait(ENOUGH_SECONDS)

    go(page, manifest=THERE, view="data")
    there = [each.key for each in page.app.button]
    go(page, manifest=HERE, view="data")
    back = [each.key for each in page.app.button]
    page.click("sync-run")
    running = syncs_that_run()
    held.let_go()
    page.session.syncs[page.draft.path].wait(ENOUGH_SECONDS)
    page.run()

    assert "sync-cancel" not in there
    assert "sync-cancel" in back
    assert running == 1
    assert "all is synced" in page.said
    page.click("sync-close")
    assert "all is synced" not in page.said


def test_the_grid_shows_the_newest_read(api: FakeApi, open_at: Open) -> None:
    """Also where its object takes the place in memory of one that is gone; grids of before are let go."""
    page = open_at("masking")
    gc.collect()
    before = sum(isinstance(each, Grid) for each in gc.get_objects())
    shown = []
    for number in range(40):
        api.on("/first", {"items": [{"id": number}]})
        page.session.test("first").wait(ENOUGH_SECONDS)
        known = known_fields(page.session)
        shown.append(next(field.clear for field in known.fields if field.stream == "first"))
        gc.collect()
    kept = sum(isinstance(each, Grid) for each in gc.get_objects()) - before

    assert shown == list(range(40))
    assert kept <= 1


def test_a_stream_that_is_renamed_while_it_is_read_is_read_no_further(api: FakeApi, open_at: Open) -> None:
    """Nobody could cancel it any more."""
    held = Held(ITEMS)
    api.on("/first", held)
    page = open_at("stream")
    page.click("test-run")
    read = page.session.reads["first"]
    assert held.asked.wait(ENOUGH_SECONDS)

    page.app.text_input(key=page.session.key("stream-name:first")).set_value("newest")
    page.run()
    reason = read.wait(ENOUGH_SECONDS).reason
    held.let_go()

    assert page.place["stream"] == "newest"
    assert reason == "cancelled"
    assert (page.session.reads, page.session.tested) == ({}, {})
    assert "Press **Test**" in page.said


def test_what_was_read_goes_with_its_stream(api: FakeApi, open_at: Open) -> None:
    """No other view offers it, and undo brings the stream back without it."""
    page = open_at("stream")
    page.click("test-run")
    for name in ("first", "second"):
        (page.session.reads.get(name) or page.session.test(name)).wait(ENOUGH_SECONDS)

    page.session.change(lambda: remove_stream(page.draft, "first"))
    go(page, view="tests")
    (offered,) = [each.options for each in page.app.selectbox if each.key == "record-stream"]
    go(page, view="data")
    tables = [each.label for each in page.app.expander]
    page.session.change(page.draft.undo)

    assert offered == ["second"]
    assert not [label for label in tables if "first" in label]
    assert list(page.session.reads) == ["second"]
    assert not [name for name in page.session.kept if name.endswith(":first")]


def test_a_stream_that_takes_the_name_of_another_does_not_take_its_read(api: FakeApi, open_at: Open) -> None:
    page = open_at("stream")
    page.session.test("first").wait(ENOUGH_SECONDS)

    page.session.change(lambda: rename_stream(page.draft, "first", "elsewhere"))
    page.session.change(lambda: rename_stream(page.draft, "second", "first"))
    go(page, stream="first")

    assert "Press **Test**" in page.said


@pytest.mark.parametrize("text", ["streams: [", "- a list"])
def test_a_text_that_does_not_read_at_the_moment_keeps_what_was_read(
    api: FakeApi, open_at: Open, text: str
) -> None:
    """Somebody types. Once it reads again, what is gone by then goes."""
    page = open_at("stream")
    for name in ("first", "second"):
        page.session.test(name).wait(ENOUGH_SECONDS)

    page.session.change(lambda: page.draft.replace_text(text))
    meanwhile = list(page.session.reads)
    page.session.change(lambda: page.draft.replace_text(MANIFEST.replace("name: first", "name: 1st")))

    assert meanwhile == ["first", "second"]
    assert list(page.session.reads) == ["second"]


def test_what_was_read_of_a_stream_that_is_made_in_a_run_stays(api: FakeApi, open_at: Open) -> None:
    """Its name never stood in the manifest."""
    page = open_at("stream")
    config = page.session.values.config()
    page.session.begin("made", TestRead(page.session.test("first").sampling.manifest, "first", config))

    page.session.change(lambda: remove_stream(page.draft, "second"))

    assert list(page.session.reads) == ["first", "made"]


def test_a_policy_of_a_package_is_named_by_its_file(open_at: Open) -> None:
    page = open_at("masking")
    page.draft.path.with_name("masking.yaml").write_text("unclassified: keep\n")

    page.run()

    assert "`masking.yaml` beside the manifest is in force" in page.said
    assert "--masking masking.yaml" in page.said
    assert "policy.yaml" not in page.said


def test_a_policy_that_is_a_link_to_nowhere_is_an_error_of_the_page(open_at: Open) -> None:
    """No traceback, and no grid as without a policy."""
    page = open_at("masking")
    page.draft.path.with_name("policy.yaml").symlink_to("nowhere.yaml")

    page.run()

    assert page.app.error
    assert not page.app.dataframe
