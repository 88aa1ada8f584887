"""What a form shows of a component, from the registry alone, and what writing it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.authoring import all_components, field_schemas
from penstock_builder.cards import card, change_type, write_field
from penstock_builder.components import component_pointers
from penstock_builder.draft import Draft, NoSuchPlaceError
from penstock_builder.forms import field_form

LINKED = """\
type: DeclarativeSource
version: "6.0.0"
definitions:
  requester:
    url: https://api.example.com/users # where
    http_method: GET
  paged:
    type: SimpleRetriever
    requester: "#/definitions/requester"
    record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [data]}, odd: 1}
streams:
  - type: DeclarativeStream
    $parameters: {name: users}
    primary_key: id
    retriever:
      $ref: "#/definitions/paged"
      ignore_stream_slicer_parameters_on_paginated_requests: true
    schema_loader: {type: InlineSchemaLoader, schema: {type: object}}
check: {stream_names: [users]}
"""


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return Draft.new(tmp_path, text=LINKED)


def test_every_component_has_a_card(draft: Draft) -> None:
    """Written, implied by the slot, and known only by the references that lead to it."""
    found = {
        shown.pointer: shown.type_name
        for shown in (card(draft, pointer) for pointer in component_pointers(draft))
    }

    assert found == {
        "": "DeclarativeSource",
        "/definitions/requester": "HttpRequester",
        "/definitions/paged": "SimpleRetriever",
        "/definitions/paged/requester": "HttpRequester",
        "/definitions/paged/record_selector": "RecordSelector",
        "/definitions/paged/record_selector/extractor": "DpathExtractor",
        "/streams/0": "DeclarativeStream",
        "/streams/0/retriever": "SimpleRetriever",
        "/streams/0/schema_loader": "InlineSchemaLoader",
        "/check": "CheckStream",
    }


def test_a_field_says_where_its_value_came_from(draft: Draft) -> None:
    """Written here, by `$ref`, by `$parameters`, or the default."""
    stream, retriever = card(draft, "/streams/0"), card(draft, "/streams/0/retriever")

    fields = [
        stream.field("name"),
        stream.field("primary_key"),
        retriever.field("requester"),
        stream.field("retriever"),
    ]
    assert [field.origin for field in fields] == ["$parameters", "written", "$ref", "written"]
    assert [str(field.span) for field in fields[:3]] == [
        "manifest.yaml:13:25",
        "manifest.yaml:14:18",
        "manifest.yaml:9:16",
    ]
    unset = retriever.field("paginator")
    assert (unset.is_set, unset.origin, unset.span, unset.value) == (False, "default", None, None)
    assert (stream.title, stream.field("retriever").link) == ("users", "/definitions/paged")


def test_a_reference_is_shown_as_linked_and_edited_where_it_leads(draft: Draft) -> None:
    """Or unlinked first, and then edited here."""
    shown = card(draft, "/streams/0/retriever/requester")
    assert (shown.link, shown.place, shown.field("url").origin) == ("/definitions/requester",) * 2 + ("$ref",)

    write_field(draft, shown, "url", "https://other.example.com")
    assert draft.text == LINKED.replace("https://api.example.com/users", "https://other.example.com")

    draft.unlink("/definitions/paged/requester")
    own = card(draft, "/definitions/paged/requester")
    write_field(draft, own, "http_method", "POST")
    assert draft.value("/definitions/requester/http_method") == "GET"
    assert draft.value("/definitions/paged/requester/http_method") == "POST"


def test_writing_over_what_a_reference_gives_writes_beside_it(draft: Draft) -> None:
    """The definition, which others may use, stays."""
    shown = card(draft, "/streams/0/retriever")

    write_field(draft, shown, "requester", {"type": "HttpRequester", "url": "x"})

    assert draft.value("/streams/0/retriever/requester") == {"type": "HttpRequester", "url": "x"}
    assert draft.value("/definitions/paged/requester") == "#/definitions/requester"
    write_field(draft, card(draft, "/streams/0/retriever"), "requester", None)
    assert draft.text == LINKED


def test_problems_and_unknown_keys_stand_on_their_card(draft: Draft) -> None:
    """And on the cards around it."""
    assert card(draft, "/definitions/paged/record_selector").unknown == ("odd",)
    assert [d.rule for d in card(draft, "/streams/0/retriever").diagnostics] == ["unknown-field"]
    assert card(draft, "/check").diagnostics == ()
    assert card(draft, "/definitions").spec is None


def test_forms_know_widgets_choices_and_what_templates_read(draft: Draft) -> None:
    """All from what the registry declares."""
    requester = card(draft, "/definitions/requester")
    url, method, auth = (requester.field(name) for name in ("url", "http_method", "authenticator"))

    assert (url.widget, method.widget, auth.widget) == ("template", "choice", "component")
    assert [option.value for option in method.choices] == ["GET", "POST"]
    assert {"ApiKeyAuthenticator", "BearerAuthenticator"} <= {option.value for option in auth.choices}
    assert all(option.help for option in auth.choices)
    assert "config" in url.scope or "stream_partition" in url.scope
    assert requester.field("request_parameters").widget == "mapping"
    assert card(draft, "/streams/0/schema_loader").field("schema").widget == "schema"
    assert card(draft, "").field("streams").widget == "components"


def test_every_field_of_every_component_has_a_form() -> None:
    """Secrets are never shown as text; an example has the widget that its field has."""
    for spec in all_components().values():
        schemas = field_schemas(spec)
        for declared in spec.fields:
            form = field_form(declared, schemas[declared.name], "", (None, "default"), "")
            assert (form.widget == "secret") == declared.secret
            assert form.choices or form.widget not in ("choice", "component", "components")
            assert form.doc.endswith(".")


def test_another_type_keeps_what_both_know(tmp_path: Path) -> None:
    """With comments, and keys that no type knows; an implied type is written first."""
    text = LINKED.replace("      ignore", "      # pages\n      ignore")
    draft = Draft.new(tmp_path, text=text)

    change_type(draft, "/definitions/requester", "HttpRequester")
    assert draft.text == text.replace("    url:", "    type: HttpRequester\n    url:")
    draft.undo()
    change_type(draft, "/definitions/paged", "AsyncRetriever")

    kept = draft.value("/definitions/paged")
    assert (kept["type"], "record_selector" in kept, "requester" in kept) == ("AsyncRetriever", True, False)
    with pytest.raises(NoSuchPlaceError):
        change_type(draft, "/definitions/paged", "Nothing")


def test_a_manifest_that_does_not_resolve_still_has_cards(tmp_path: Path) -> None:
    """A reference to nothing is a problem to show, not a reason to show nothing."""
    draft = Draft.new(tmp_path, text=LINKED.replace("/definitions/paged", "/definitions/gone"))

    shown = card(draft, "/streams/0/retriever")
    assert (shown.type_name, shown.link) == ("SimpleRetriever", "")
    assert [d.rule for d in shown.diagnostics] == ["undefined-reference"]
    assert "/check" in component_pointers(draft)


def test_secrets_do_not_stand_in_summaries(tmp_path: Path) -> None:
    """One that was typed into the manifest is shown as set."""
    draft = Draft.new(tmp_path, text=LINKED)
    draft.set(
        "/definitions/requester/authenticator", {"type": "BearerAuthenticator", "api_token": "topsecret"}
    )

    shown = card(draft, "/definitions/requester/authenticator")

    assert shown.summary == "api_token: set"
