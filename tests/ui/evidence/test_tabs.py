"""The tabs of the evidence, and the address that names one."""

from __future__ import annotations

import pytest
from tests.ui.evidence.conftest import TABS, Open


def test_the_tab_is_the_address_s(open_at: Open) -> None:
    """It stays from stream to stream; the way back to an address without one leads to the first."""
    page = open_at()
    page.test()
    page.tab("log")

    page.click("stream-orders")
    page.test()
    kept = (page.place["tab"], page.app.session_state["evidence-tab"])
    del page.app.query_params["tab"]
    page.run()

    assert kept == ("log", "log")
    assert page.app.session_state["evidence-tab"] == "records"
    assert "tab" not in page.place


def test_no_tab_that_nobody_chose_gets_into_the_address(open_at: Open) -> None:
    """Else the way back would end there: where a run was cut short, Streamlit takes none for chosen."""
    page = open_at()
    page.test()

    page.send_untouched("evidence-tab", None, "button_group")

    assert "tab" not in page.place
    assert page.app.session_state["evidence-tab"] == "records"


@pytest.mark.parametrize("tab", TABS)
def test_evidence_that_nobody_touched_changes_nothing(open_at: Open, tab: str) -> None:
    """Each tab: Streamlit takes all of it for chosen where a run was cut short."""
    page = open_at()
    page.test()
    page.tab(tab)
    before = page.place, page.draft.text, len(page.draft.revisions())

    page.send_all_untouched()

    assert (page.place, page.draft.text, len(page.draft.revisions())) == before


def test_who_goes_back_twice_at_once_is_where_the_address_is(open_at: Open) -> None:
    """With the second step the browser still tells the tab before the first, as if it were chosen."""
    page = open_at()
    page.test()
    for tab in ("log", "why", "log"):
        page.tab(tab)

    page.app.button_group(key="evidence-tab").set_value("why")
    del page.app.query_params["tab"]
    page.run()

    assert "tab" not in page.place
    assert page.app.session_state["evidence-tab"] == "records"


def test_of_two_quick_clicks_the_second_counts(open_at: Open) -> None:
    """With it the browser still tells the address before the first."""
    page = open_at()
    page.test()
    page.tab("log")

    page.app.button_group(key="evidence-tab").set_value("why")
    del page.app.query_params["tab"]
    page.run()

    assert page.place["tab"] == "why"
    assert page.app.session_state["evidence-tab"] == "why"
