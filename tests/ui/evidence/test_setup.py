"""The setup of a test: what it shows as chosen is what a test goes by."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.ui.evidence.conftest import Evidence, Open

from penstock.testing.fake_api import FakeApi
from penstock_builder.testing.recording import recording_of
from penstock_builder.testing.suite import file_for, save
from penstock_ui.evidence.place import place


def keep(page: Evidence, *names: str) -> list[Path]:
    """Save the last test of customers as recordings; gives their files."""
    recording = recording_of(page.session.reads["customers"].sampling)
    files = [file_for(page.draft.path, "customers", name) for name in names]
    for file in files:
        save(recording, file)
    page.run()
    return files


def another_connector(page: Evidence) -> Path:
    """A copy of the connector, recordings and all."""
    here = page.draft.path.parent
    shutil.copytree(here, here.parent / "other")
    return here.parent / "other" / "manifest.yaml"


def leave_for(page: Evidence, manifest: Path) -> None:
    page.app.query_params["manifest"] = f"{manifest.parent.name}/manifest.yaml"
    page.run()


def test_a_recording_that_is_gone_is_not_asked_for(open_at: Open, api: FakeApi) -> None:
    """Another takes its place, and setup shows which; the API is asked by who chose that."""
    page = open_at()
    page.test()
    first, second = keep(page, "aa", "bb")
    asked = len(api.requests)
    page.pick("Read from", second.stem)

    second.unlink()
    page.run()
    page.test()

    assert page.options("Read from").value == first.stem
    assert "Replays a recording" in page.said
    assert len(api.requests) == asked


def test_what_was_chosen_in_one_connector_is_not_in_another(open_at: Open, api: FakeApi) -> None:
    """Its streams may have the same names. Back in the first it is not chosen either: nothing of it was kept."""
    page = open_at()
    page.test()
    keep(page, "aa")
    here, other = page.draft.path, another_connector(page)
    page.pick("Read from", "")
    page.pick("Begin from state", "given")
    page.type("State", '{"updated_at": "2026-03-01T00:00:00Z"}')
    page.app.number_input[0].set_value(2)
    page.run()
    before = page.said
    asked = len(api.requests)

    leave_for(page, other)
    there = page.options("Read from").value, page.said
    page.test()
    page.pick("Read from", "")
    live = page.options("Begin from state").value, page.said
    leave_for(page, here)

    assert "from a given state" in before
    assert "up to 2 slices" in before
    assert there[0]
    assert "Replays a recording" in there[1]
    assert len(api.requests) == asked
    assert live[0] == "none"
    assert "given state" not in live[1]
    assert "up to 2 slices" not in live[1]
    assert page.options("Read from").value
    assert "Replays a recording" in page.said


def test_an_edit_keeps_the_setup(open_at: Open) -> None:
    """Also one that makes the widgets of the form anew."""
    page = open_at()
    page.pick("Begin from state", "given")
    page.type("State", "{}")

    page.session.change(lambda: page.draft.set("/streams/0/primary_key", "email"))
    page.run()

    assert page.options("Begin from state").value == "given"
    assert "from a given state" in page.said


TWICE = """\
      partition_router: { type: ListPartitionRouter, values: [a, b], cursor_field: half }
      paginator:
        type: DefaultPaginator
        page_token_option: { type: RequestOption, inject_into: request_parameter, field_name: page }
"""


def test_a_slice_that_nobody_chose_stays_at_its_page(open_at: Open) -> None:
    """Where a run was cut short, the box of slices counts as chosen. Who does choose begins at the first page."""
    once = TWICE[TWICE.index("      paginator") :]
    page = open_at(change=(once, TWICE))
    page.test()

    def at() -> tuple[int, int]:
        slice_, shown = place(page.session, page.session.reads["customers"].snapshot())
        assert slice_ is not None
        assert shown is not None
        return slice_.number, shown.number

    for _ in range(5):
        page.click("page-next")
    page.send_all_untouched()
    stayed = at()
    page.app.selectbox(key="slice-customers-2").set_value(1)
    page.run()

    assert stayed == (2, 3)
    assert at() == (1, 1)


def test_a_recording_is_what_tests_read_once_there_is_one(open_at: Open, api: FakeApi) -> None:
    """Replay is the default, live a choice; a replay sends nothing."""
    page = open_at()
    page.test()
    sampling = page.session.reads["customers"].sampling
    save(recording_of(sampling), file_for(page.draft.path, "customers", "first"))
    asked = len(api.requests)
    page.run()
    assert "Replays a recording; sends nothing" in page.said

    page.test()
    page.run()

    assert "57 records" in page.said
    assert len(api.requests) == asked
    page.pick("Read from", "")
    page.test()
    assert len(api.requests) == asked + 3


def test_a_pasted_state_is_where_a_test_begins(open_at: Open, api: FakeApi) -> None:
    """As the next sync would."""
    page = open_at("orders")
    page.pick("Begin from state", "given")
    page.type("State", '{"updated_at": "2026-03-01T00:00:00Z"}')

    page.test()

    assert api.requests[0].params["updated_since"].startswith("2026-03-01")


def test_a_pasted_state_that_is_no_json_is_told(open_at: Open) -> None:
    """A test does not begin."""
    page = open_at("orders")
    page.pick("Begin from state", "given")
    page.type("State", "{oops")

    page.click("test-run")

    assert "the pasted state is no JSON" in page.said
    assert "orders" not in page.session.reads
