"""The evidence of a test read, tab by tab: what is shown, and what each action writes into the draft."""

from __future__ import annotations

import json

import pytest
from tests.held import Held
from tests.ui.evidence.conftest import MASKED, TABS, Open

from penstock.testing.fake_api import Answer, FakeApi
from penstock_ui.demo.bookshop import TOKEN
from penstock_ui.evidence.answer import field_of


def test_before_a_test_the_next_step_is_told(open_at: Open) -> None:
    """An empty pane says what to do."""
    page = open_at()

    assert "Press **Test** to read the first records" in page.said


def test_a_test_shows_records_as_they_leave(open_at: Open) -> None:
    """The first page's records, masked; what was read in all is told with its units."""
    page = open_at()

    page.test()

    rows = page.table("id", "name", "address")
    assert len(rows) == 20
    assert rows[0][:2] == [1, "***"]
    assert json.loads(str(rows[0][2]))["street"] == "***"
    assert "57 records · 3 pages · 3 requests" in page.said
    assert "**all was read**" in page.said


def test_the_stepper_tells_tokens_and_why_it_ended(open_at: Open) -> None:
    """For each page: the request, the token sent, the token found and where, and the reason of the end."""
    page = open_at()
    page.test()

    page.click("page-next")
    second = page.said
    page.click("page-next")
    third = page.said

    assert "GET /customers?page=2&per_page=20" in second
    assert "sent **2** · found **3** · the token is the page number" in second
    assert "Last page: the page is short\\: 17 of 20 records." in third
    assert len(page.table("id")) == 17
    assert page.app.button(key="page-next").disabled
    page.click("page-previous")
    assert len(page.table("id")) == 20


def test_the_stepper_goes_on_into_the_next_slice(open_at: Open) -> None:
    """After the last page of a slice comes the first of the next."""
    page = open_at("order_lines")
    page.test()

    page.click("page-next")

    assert page.app.selectbox(key="slice-order_lines-2").value == 2


def test_pages_that_would_repeat_for_ever_are_told(open_at: Open, api: FakeApi) -> None:
    """The loop guard's words, and the setting to look at."""
    api.on("/customers", lambda request: {"data": [{"id": 1}] * 20})
    page = open_at()

    page.test()
    page.click("page-next")
    page.click("page-next")

    warnings = [each.value for each in page.app.warning]
    assert any("Would loop:** three pages in a row hold the same records" in told for told in warnings)
    assert any("look at the parameter that it is sent in" in told for told in warnings)


def test_a_refused_token_leads_to_the_inputs(open_at: Open) -> None:
    """An error says what to do, and where."""
    page = open_at(token="wrong")
    page.test()
    assert "The API does not know who asks" in page.said

    page.click("go-inputs")

    assert page.place["view"] == "inputs"


def test_before_and_after_masks_is_told_by_shape(open_at: Open) -> None:
    """The clear value is not on the page; its length is."""
    page = open_at()
    page.test()
    page.app.session_state["records-view"] = "masks"
    page.run()

    assert page.table("field", "before", "after")[:1] == [["name", "text of 11 characters", "***"]]
    assert not any(name in str(page.table("before")).lower() for name in MASKED)


def test_clear_values_show_only_on_demand(open_at: Open) -> None:
    """A toggle, off by default, shows them; the download stays masked."""
    page = open_at()
    page.test()
    page.app.session_state["records-view"] = "masks"
    page.run()
    assert page.app.toggle(key="clear-values").value is False

    page.app.toggle(key="clear-values").set_value(True)
    page.run()

    assert "lindqvist" in str(page.table("before")).lower()
    assert "Clear values are on the screen." in page.said
    assert not any(name in str(page.table("after")).lower() for name in MASKED)


@pytest.mark.parametrize("tab", TABS)
def test_no_tab_holds_a_secret_or_a_clear_value(tab: str, open_at: Open) -> None:
    """Canary: neither the token nor a masked value is in any text of any tab."""
    page = open_at()
    page.test()
    page.tab(tab)
    if tab == "faults":
        page.click("rehearse")

    shown = (
        page.said + str([each.value.to_string() for each in page.app.dataframe]) + str(list(page.app.main))
    )
    assert TOKEN not in shown
    assert not [name for name in MASKED if name in shown.lower()]


def test_a_list_of_the_answer_becomes_the_record_path(open_at: Open, api: FakeApi) -> None:
    """One click; the records show at once, and nothing is asked again."""
    page = open_at(change=("field_path: [data]", "field_path: [nothing]"))
    page.test()
    page.tab("answer")
    asked = len(api.requests)

    page.app.selectbox(key="answer-customers-path").set_value('["data"]')
    page.run()
    page.click("answer-customers-records")
    page.session.reads["customers"].wait(10)
    page.run()

    assert page.draft.value("/streams/0/retriever/record_selector/extractor/field_path") == ["data"]
    assert "57 records" in page.said
    assert len(api.requests) == asked + 2  # the first page was known; the pages after it are new


def test_where_records_may_be_is_offered_with_evidence(open_at: Open) -> None:
    """Where the record path finds nothing, guesses do."""
    page = open_at(change=("field_path: [data]", "field_path: [nothing]"))
    page.test()
    page.tab("answer")
    assert "`data` is a list of 20 objects" in page.said

    page.click("guess-records-0")

    assert page.draft.value("/streams/0/retriever/record_selector/extractor/field_path") == ["data"]


def test_a_field_becomes_the_key(open_at: Open) -> None:
    """A click on a field of a record."""
    page = open_at()
    page.test()
    page.tab("answer")
    page.app.selectbox(key="answer-customers-path").set_value('["data", 0, "email"]')
    page.run()

    page.click("answer-customers-key")

    assert page.draft.value("/streams/0/primary_key") == "email"


def test_a_cursor_is_confirmed_with_its_format(open_at: Open) -> None:
    """A form proposes format and parameter; nothing is written before it is confirmed."""
    page = open_at()
    page.test()
    page.tab("answer")
    before = page.draft.text
    page.app.selectbox(key="answer-customers-path").set_value('["data", 0, "updated_at"]')
    page.run()
    page.click("answer-customers-cursor")
    assert page.draft.text == before
    assert page.app.text_input(key="cursor-format-updated_at").value == "%Y-%m-%dT%H:%M:%SZ"

    page.click("confirm-cursor-ok")

    made = page.draft.value("/streams/0/incremental_sync")
    assert made["cursor_field"] == "updated_at"
    assert made["datetime_format"] == "%Y-%m-%dT%H:%M:%SZ"
    assert "Cursor on" not in page.said


def test_a_mask_shows_its_effect_at_once(open_at: Open, api: FakeApi) -> None:
    """The technique is chosen; the records show it without another request."""
    page = open_at()
    page.test()
    page.tab("answer")
    asked = len(api.requests)
    page.app.selectbox(key="answer-customers-path").set_value('["data", 0, "newsletter"]')
    page.run()
    page.click("answer-customers-mask")
    page.app.selectbox(key="mask-technique-newsletter").set_value("drop")
    page.run()

    page.click("confirm-mask-ok")
    page.session.reads["customers"].wait(10)
    page.tab("records")

    assert "drop" in page.draft.text
    assert "newsletter" not in page.app.dataframe[0].value.columns
    assert len(api.requests) == asked
    assert not page.session.meanwhile  # what was in clear is not shown again


def test_the_answer_stays_until_there_is_another(open_at: Open, api: FakeApi) -> None:
    """A click that is quicker than the next answer is not lost."""
    held = Held({"data": []})
    later = "2025-01-01T00:00:00Z"
    api.on(
        "/orders",
        lambda request: (
            held(request)
            if request.params.get("updated_since") == later
            else {"data": [{"id": 1, "code": "a"}]}
        ),
    )
    page = open_at("orders", change=("cursor_field: updated_at", "cursor_field: id"))
    page.test()
    page.tab("answer")
    page.app.selectbox(key="answer-orders-path").set_value('["data", 0, "code"]')
    page.run()
    page.click("answer-orders-cursor")
    page.type("First start", later)

    page.click("confirm-cursor-ok")
    assert held.asked.wait(20)
    page.run()
    assert "reading" in page.said
    assert "No answer" not in page.said
    page.click("answer-orders-key")
    held.let_go()

    assert page.draft.value("/streams/1/primary_key") == "code"


def test_pagination_is_proposed_and_used(open_at: Open) -> None:
    """A stream of one page is told how more may follow."""
    page = open_at("orders", change=(page_of_orders(), ""))
    page.test()
    page.tab("answer")

    page.click("guess-pages-0")

    assert page.draft.value("/streams/1/retriever/paginator/type") == "DefaultPaginator"


def page_of_orders() -> str:
    return """      paginator:
        type: DefaultPaginator
        page_token_option: { type: RequestOption, inject_into: request_parameter, field_name: after }
        pagination_strategy:
          type: CursorPagination
          cursor_value: "{{ response['paging']['next'] }}"
          stop_condition: "{{ not response['paging']['has_more'] }}"
"""


def test_an_answer_that_is_no_json_is_shown_as_text(open_at: Open, api: FakeApi) -> None:
    """It can be read, and a hint says what reads it."""
    api.on("/customers", lambda request: Answer(b"<html>Sorry</html>", 200, {"Content-Type": "text/html"}))
    page = open_at()
    page.test()

    page.tab("answer")

    assert "<html>Sorry</html>" in page.said
    assert "This answer is no JSON" in page.said


def test_masked_fields_are_no_schema_differences(open_at: Open) -> None:
    """The declared schema is that of before masks."""
    page = open_at(change=("newsletter: { type: boolean }", "newsletter: { type: string }"))
    page.test()

    page.tab("schema")

    assert "`newsletter` :gray-badge[other type]" in page.said
    assert "boolean, leaves as false" in page.said
    assert "`name`" not in page.said
    assert "`address.street`" not in page.said


def test_one_difference_is_accepted(open_at: Open) -> None:
    """Only that field changes."""
    page = open_at(change=("          newsletter: { type: boolean }\n", ""))
    page.test()
    page.tab("schema")
    assert "`newsletter` :gray-badge[new]" in page.said

    page.click("schema-accept-0")

    properties = page.draft.value("/streams/0/schema_loader/schema/properties")
    assert properties["newsletter"] == {"type": "boolean"}
    assert properties["updated_at"] == {"type": "string", "format": "date-time"}


def test_the_next_run_is_told_by_what_differs(open_at: Open) -> None:
    """From this state on, only what is new is asked for."""
    page = open_at("orders")
    page.test()

    page.tab("state")

    assert "updated_at" in page.said
    assert any("updated_since = " in str(row[0]) for row in page.table("differs in"))


def test_a_fault_is_rehearsed(open_at: Open, api: FakeApi) -> None:
    """Which filter matches, the wait, and the message that a user would read; no request is sent for it."""
    page = open_at()
    page.test()
    page.tab("faults")
    page.app.selectbox(key="fault").set_value("unauthorized_401")
    page.run()
    asked = len(api.requests)

    page.click("rehearse")

    assert "HTTP 401: **FAIL**, decided by" in page.said
    assert "If it strikes once: the stream fails" in page.said
    assert "A user would read:" in page.said
    assert len(api.requests) == asked


def test_all_faults_are_rehearsed_in_a_table(open_at: Open) -> None:
    """One row a fault."""
    page = open_at()
    page.test()
    page.tab("faults")

    page.click("rehearse")

    rows = page.table("fault", "action", "recovers")
    assert len(rows) >= 19
    assert "4 of 5 ways to tell a rate limit are not heeded" in page.said


def test_the_chain_of_requests_is_a_tree(open_at: Open) -> None:
    """Parents before slices before pages."""
    page = open_at("order_lines")
    page.test()

    page.tab("why")

    tree = next(each.value for each in page.app.code if "page 1" in each.value and "parent" in each.value)
    assert tree.index("parent orders") < tree.index("slice 1") < tree.index("page 1")
    assert "order_id = ord_1000" in tree


@pytest.mark.parametrize(
    ("path", "records", "field"),
    [
        (["data", 0, "email"], ["data"], "email"),
        (["data", 3, "address", "city"], ["data"], "address.city"),
        ([0, "id"], [], "id"),
        (["data", 0, "tags", 1, "name"], ["data"], "tags[*].name"),
        (["a", 0, "b", 2, "id"], ["a", "*", "b"], "id"),
        (["meta", "page"], ["data"], ""),
    ],
    ids=str,
)
def test_the_field_of_a_node(path: list[str | int], records: list[str], field: str) -> None:
    """What is outside the records is no field of them."""
    assert field_of(path, records) == field


def test_a_cursor_that_replaces_another_keeps_its_start(open_at: Open) -> None:
    """The form begins with what the stream declares, and says that it replaces it."""
    page = open_at("orders")
    page.test()
    page.tab("answer")
    page.app.selectbox(key="answer-orders-path").set_value('["data", 0, "updated_at"]')
    page.run()

    page.click("answer-orders-cursor")

    assert page.app.text_input(key="cursor-from-updated_at").value == "{{ config['start_date'] }}"
    assert page.app.selectbox(key="cursor-start-updated_at").value == "updated_since"
    assert "takes the place of the cursor" in page.said


def test_evidence_of_another_text_says_so(open_at: Open) -> None:
    """After an edit; and no more once that is taken back, or tested."""
    page = open_at()
    page.test()
    old = "the manifest has changed since"
    before = page.said

    page.draft.set("/streams/0/primary_key", "email")
    page.run()
    edited = page.said
    page.click("undo")
    undone = page.said
    page.click("redo")
    page.test()

    assert old not in before
    assert old in edited
    assert old not in undone
    assert old not in page.said
