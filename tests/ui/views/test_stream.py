"""The editor of a stream: each kind of field writes the right text, and what is not touched stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector

from penstock_builder.components import component_pointers
from penstock_ui import demo

RICH = """\
version: "7.39.1"
type: DeclarativeSource
check: { type: CheckStream, stream_names: [orders] }
definitions:
  shared:  # for all
    type: HttpRequester
    url: https://api.example.com/things
    http_method: GET
streams:
  - type: DeclarativeStream
    name: orders
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: https://api.example.com/orders  # the address
        http_method: GET
        request_headers:
          X-Shop: one  # which shop
          X-Limit: 5
        request_body_json: { a: 1 }
      record_selector:
        type: RecordSelector
        extractor: { type: DpathExtractor, field_path: [items] }
      paginator:
        type: DefaultPaginator
        page_token_option: { type: RequestOption, inject_into: request_parameter, field_name: page }
        pagination_strategy:
          type: PageIncrement
          page_size: 20
          start_from_page: 1
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: at
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
    transformations:
      - { type: RemoveFields, field_pointers: [[a]] }
      # adds
      - type: AddFields
        fields: [{ type: AddedFieldDefinition, path: [x], value: "1" }]
    schema_loader:
      type: InlineSchemaLoader
      schema: { type: object, properties: { id: { type: integer } } }
  - type: DeclarativeStream
    name: things
    retriever:
      type: SimpleRetriever
      requester: { $ref: "#/definitions/shared" }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [] } }
  - type: DeclarativeStream
    name: others
    retriever:
      type: SimpleRetriever
      requester: { $ref: "#/definitions/shared" }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [] } }
"""
ORDERS = "/streams/0/retriever"


class Editor(Opened):
    """A stream with one card open."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, card: str = "", text: str = RICH, **more: str
    ) -> None:
        connector(folder, text=text)
        place = {"view": "stream", "card": card, **more}
        super().__init__(
            folder, monkeypatch, manifest="shop/manifest.yaml", **{k: v for k, v in place.items() if v}
        )

    def set(self, kind: str, name: str, value: object) -> None:
        """Give a widget a value, and leave it."""
        getattr(self.app, kind)(key=self.session.key(name)).set_value(value)
        self.run()

    def press(self, name: str) -> None:
        """Click a button that belongs to a place."""
        self.click(self.session.key(name))


WRITES = [
    ("a text", f"{ORDERS}/requester", "text_input", f"{ORDERS}/requester/url:template", "https://b.example.com",
     "url: https://api.example.com/orders  #", "url: https://b.example.com  #"),
    ("a choice", f"{ORDERS}/requester", "selectbox", f"{ORDERS}/requester/http_method:choice", "POST",
     "http_method: GET\n        request", "http_method: POST\n        request"),
    ("a value of a mapping", f"{ORDERS}/requester", "text_input",
     f"{ORDERS}/requester/request_headers/0:template:value", "two", "X-Shop: one  #", "X-Shop: two  #"),
    ("a number in a mapping", f"{ORDERS}/requester", "text_input",
     f"{ORDERS}/requester/request_headers/1:template:value", "7", "X-Limit: 5", "X-Limit: 7"),
    ("the name of a mapping's key", f"{ORDERS}/requester", "text_input",
     f"{ORDERS}/requester/request_headers/1:template:name", "X-Most", "X-Limit: 5", "X-Most: 5"),
    ("a list of texts", f"{ORDERS}/record_selector/extractor", "text_area",
     f"{ORDERS}/record_selector/extractor/field_path:list", "data\nitems", "[items]", "[data, items]"),
    ("a number", f"{ORDERS}/paginator/pagination_strategy", "number_input",
     f"{ORDERS}/paginator/pagination_strategy/start_from_page:number", 0, "start_from_page: 1", "start_from_page: 0"),
    ("a number that may be a template", f"{ORDERS}/paginator/pagination_strategy", "text_input",
     f"{ORDERS}/paginator/pagination_strategy/page_size:template", "50", "page_size: 20", "page_size: 50"),
    ("a template for a number", f"{ORDERS}/paginator/pagination_strategy", "text_input",
     f"{ORDERS}/paginator/pagination_strategy/page_size:template", "{{ config['size'] }}",
     "page_size: 20", 'page_size: "{{ config[\'size\'] }}"'),
    ("a switch", f"{ORDERS}/paginator/pagination_strategy", "toggle",
     f"{ORDERS}/paginator/pagination_strategy/inject_on_first_request:switch", True,
     "start_from_page: 1\n", "start_from_page: 1\n          inject_on_first_request: true\n"),
    ("a text where a component may stand", "/streams/0/incremental_sync", "text_input",
     "/streams/0/incremental_sync/start_datetime:template", "2025-01-01", '"2024-01-01"', '"2025-01-01"'),
    ("a word where a component may stand", f"{ORDERS}/record_selector", "selectbox",
     f"type:{ORDERS}/record_selector/schema_normalization", "Default",
     "field_path: [items] }\n", "field_path: [items] }\n        schema_normalization: Default\n"),
    ("free JSON", f"{ORDERS}/requester", "text_area", "island", "{ a: 2 }", "{ a: 1 }", "{ a: 2 }"),
    ("the type of a component", f"{ORDERS}/paginator", "selectbox", f"type:{ORDERS}/paginator/pagination_strategy",
     "OffsetIncrement", "type: PageIncrement\n          page_size: 20\n          start_from_page: 1",
     "type: OffsetIncrement\n          page_size: 20"),
    ("the key", "", "text_input", "/streams/0/primary_key:line", "id",
     "{ id: { type: integer } } }\n", "{ id: { type: integer } } }\n    primary_key: id\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("card", "kind", "name", "value", "old", "new"),
    [row[1:] for row in WRITES],
    ids=[row[0] for row in WRITES],
)
def test_a_field_writes_its_value_and_nothing_else(
    card: str,
    kind: str,
    name: str,
    value: object,
    old: str,
    new: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Comments, quotes and order of the rest stay, byte for byte; the type of a value stays what it was."""
    page = Editor(tmp_path, monkeypatch, card)

    if name == "island":
        page.app.text_area(key=f"island:{ORDERS}/requester/request_body_json").set_value(value)
        page.run()
    else:
        page.set(kind, name, value)

    assert RICH.count(old) == 1 or name.endswith("choice")
    assert page.draft.text == RICH.replace(old, new, 1)


def test_an_emptied_field_is_taken_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default is in force then, and the form says which."""
    page = Editor(tmp_path, monkeypatch, f"{ORDERS}/paginator/pagination_strategy")

    page.set("number_input", f"{ORDERS}/paginator/pagination_strategy/start_from_page:number", None)

    assert page.draft.text == RICH.replace("          start_from_page: 1\n", "")


def test_components_of_a_list_are_added_moved_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comment above one moves with it."""
    page = Editor(tmp_path, monkeypatch, "/streams/0/transformations")
    before = page.draft.value("/streams/0/transformations")

    page.press("down:/streams/0/transformations/0")
    moved = page.draft.value("/streams/0/transformations")
    page.press("remove:/streams/0/transformations/1")
    removed = page.draft.value("/streams/0/transformations")
    page.set("selectbox", "add:/streams/0/transformations", "KeysToLower")

    assert moved == [before[1], before[0]]
    assert removed == [before[1]]
    assert page.draft.value("/streams/0/transformations") == [before[1], {"type": "KeysToLower"}]
    assert "# adds\n" in page.draft.text


def test_a_component_is_put_in_and_taken_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An optional slot holds one or none."""
    page = Editor(tmp_path, monkeypatch, "/streams/0/retriever/partition_router")
    slot = "type:/streams/0/retriever/partition_router"

    page.set("selectbox", slot, "ListPartitionRouter")
    put = page.draft.value("/streams/0/retriever/partition_router")
    page.set("selectbox", slot, "none")

    assert put == {"type": "ListPartitionRouter"}
    assert page.draft.text == RICH


def test_what_others_share_is_edited_there_or_copied_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a reference that two streams have, fields cannot be changed by accident."""
    page = Editor(tmp_path, monkeypatch, "/streams/1/retriever/requester", stream="things")
    url = page.session.key("/definitions/shared/url:template")

    assert "which 2 places use" in page.said
    assert page.app.text_input(key=url).disabled
    page.press("copy:/streams/1/retriever/requester")
    page.set("text_input", "/streams/1/retriever/requester/url:template", "https://own.example.com")

    assert page.draft.value("/streams/1/retriever/requester/url") == "https://own.example.com"
    assert page.draft.value("/definitions/shared/url") == "https://api.example.com/things"
    assert page.draft.value("/streams/2/retriever/requester") == {"$ref": "#/definitions/shared"}


def test_a_type_that_nobody_chose_is_not_put_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shared stays shared, though Streamlit calls the box of a run that was cut short chosen."""
    page = Editor(tmp_path, monkeypatch, "/streams/1/retriever/requester", stream="things")
    before = page.draft.text

    page.send_untouched(page.session.key("type:/streams/1/retriever/requester"), "HttpRequester")

    assert page.draft.text == before


def test_the_definition_is_opened_and_changed_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One click from the stream that uses it."""
    page = Editor(tmp_path, monkeypatch, "/streams/1/retriever/requester", stream="things")

    page.press("there:/streams/1/retriever/requester")
    page.set("text_input", "/definitions/shared/url:template", "https://all.example.com")

    assert page.place["card"] == "/definitions/shared"
    assert page.draft.text == RICH.replace("https://api.example.com/things", "https://all.example.com")


def test_a_card_flips_to_yaml_and_back_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every card of the stream."""
    page = Editor(tmp_path, monkeypatch)
    for card in (f"{ORDERS}/requester", f"{ORDERS}/paginator", "/streams/0/transformations/1"):
        page.app.query_params["card"] = card
        page.run()
        for shown in ("yaml", "form"):
            page.app.button_group(key=page.session.key(f"as:{card}")).set_value(shown)
            page.run()
            assert page.place["as"] == shown
            assert (f"island:{card}" in [each.key for each in page.app.text_area]) == (shown == "yaml")

    assert page.draft.text == RICH
    assert len(page.draft.revisions()) == 1


@pytest.mark.parametrize(
    "text", [(Path(demo.__file__).parent / "manifest.yaml").read_text(), RICH], ids=["demo", "rich"]
)
def test_every_card_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """By form and by YAML; what is only looked at stays as it was, also where Streamlit takes all of it for chosen."""
    page = Editor(tmp_path, monkeypatch, text=text)

    for pointer in component_pointers(page.draft):
        for shown in ("form", "yaml"):
            page.app.query_params.update({"card": pointer, "as": shown})
            page.run()
            before = page.place
            page.send_all_untouched()
            assert page.place == before

    assert page.draft.text == text
    assert len(page.draft.revisions()) == 1


def test_who_empties_an_editor_to_write_anew_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The field is gone from the manifest, the editor is not."""
    page = Editor(tmp_path, monkeypatch, f"{ORDERS}/requester")
    body = f"{ORDERS}/requester/request_body_json"

    page.app.text_area(key=f"island:{body}").set_value("")
    page.run()
    emptied = page.draft.exists(body)
    page.app.text_area(key=f"island:{body}").set_value("{ b: 2 }")
    page.run()

    assert not emptied
    assert page.draft.value(body) == {"b": 2}


def test_a_lone_word_is_no_component_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who writes a card anew and thinks after its first word is not thrown out of the editor."""
    card = f"{ORDERS}/paginator"
    page = Editor(tmp_path, monkeypatch, card, **{"as": "yaml"})
    island = f"island:{card}"

    page.app.text_area(key=island).set_value("type")
    page.run()
    told, kept = page.said, page.draft.text
    page.app.text_area(key=island).set_value("type: NoPagination")
    page.run()

    assert "this is no component yet" in told
    assert kept == RICH
    assert page.draft.value(card) == {"type": "NoPagination"}


def test_an_unfinished_text_stays_until_it_reads_or_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifest keeps what it said; the way to the form and back loses nothing."""
    card = f"{ORDERS}/paginator"
    page = Editor(tmp_path, monkeypatch, card, **{"as": "yaml"})
    island = f"island:{card}"
    good = page.app.text_area(key=island).value

    page.app.text_area(key=island).set_value("type: [")
    page.run()
    told = page.said
    page.app.query_params["as"] = "form"
    page.run()
    on_form = page.said
    page.app.query_params["as"] = "yaml"
    page.run()

    assert "did not find expected node content" in told
    assert page.draft.text == RICH
    assert "is not finished" in on_form
    assert page.app.text_area(key=island).value == "type: ["
    page.press(f"back:{card}")
    assert page.app.text_area(key=island).value == good


def test_problems_stand_beside_their_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words of lint; the chapter counts them, and a key that nobody knows is shown as it is."""
    text = RICH.replace("page_size: 20", "page_size: [20]").replace(
        "http_method: GET\n        request", "http_method: GET\n        odd: 1\n        request"
    )
    page = Editor(tmp_path, monkeypatch, f"{ORDERS}/paginator/pagination_strategy", text=text)

    assert "PageIncrement.page_size" in page.said
    assert "red-badge" in page.app.button(key="open-pages").label
    page.app.query_params["card"] = f"{ORDERS}/requester"
    page.run()
    assert page.app.text_area(key=f"island:{ORDERS}/requester/odd").value == "1"


def test_a_stream_is_renamed_duplicated_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check follows a new name; removing asks again."""
    page = Editor(tmp_path, monkeypatch, stream="orders")

    page.set("text_input", "stream-name:orders", "sales")
    renamed = (page.draft.value("/check/stream_names"), page.place["stream"])
    page.set("text_input", "duplicate:sales", "copies")
    page.click("stream-duplicate")
    duplicated = (page.session.streams, page.place["stream"])
    assert page.app.button(key="stream-remove").disabled
    page.app.checkbox(key=page.session.key("remove-sure:copies")).check()
    page.run()
    page.click("stream-remove")

    assert renamed == (["sales"], "sales")
    assert duplicated == (["sales", "copies", "things", "others"], "copies")
    assert page.session.streams == ["sales", "things", "others"]


def test_settings_are_copied_from_another_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By chapter, as they are written there."""
    page = Editor(tmp_path, monkeypatch, stream="things")

    page.app.multiselect(key=page.session.key("copy-what:things")).set_value(["Pages", "Transformations"])
    page.run()
    page.click("stream-copy")

    things, orders = page.draft.value("/streams/1"), page.draft.value("/streams/0")
    assert things["retriever"]["paginator"] == orders["retriever"]["paginator"]
    assert things["transformations"] == orders["transformations"]
    assert page.draft.text.count("# adds") == 2


def test_why_tells_where_each_setting_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `penstock explain` does."""
    page = Editor(tmp_path, monkeypatch, stream="things")

    page.click("stream-why")

    table = page.app.dataframe[0].value
    told = {name.strip(): (value, origin) for name, value, origin in table.itertuples(index=False)}
    assert told["url"] == ("https://api.example.com/things", "manifest.yaml:7:10")
    assert "by $ref" in told["requester"][1]


DYNAMIC = MANIFEST.replace(
    "spec:\n",
    """\
dynamic_streams:
  - type: DynamicDeclarativeStream
    components_resolver: { type: ConfigComponentsResolver, stream_config: { type: StreamConfig, configs_pointer: [a] }, components_mapping: [] }
    stream_template: { type: DeclarativeStream, name: x, retriever: { type: SimpleRetriever, requester: { type: HttpRequester, url: u }, record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [] } } } }
spec:
""",
)


def test_a_dynamic_stream_is_shown_with_its_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has a card, by form or YAML, down to its template."""
    page = Editor(tmp_path, monkeypatch, text=DYNAMIC)

    page.click("open-dynamic-0")
    page.press("open:/dynamic_streams/0/stream_template")

    assert page.place["card"] == "/dynamic_streams/0/stream_template"
    assert page.draft.text == DYNAMIC


def test_an_empty_name_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The field shows the name again that the stream still has."""
    page = Editor(tmp_path, monkeypatch, stream="orders")

    page.set("text_input", "stream-name:orders", " ")

    assert page.app.text_input(key=page.session.key("stream-name:orders")).value == "orders"
    assert not page.draft.can_undo


def test_undo_of_a_rename_stays_at_the_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address follows, back and forth."""
    page = Editor(tmp_path, monkeypatch, stream="things")

    page.set("text_input", "stream-name:things", "items")
    page.click("undo")
    undone = page.place["stream"]
    page.click("redo")

    assert undone == "things"
    assert page.place["stream"] == "items"
