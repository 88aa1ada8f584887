"""A place gets values of its own; what others share stays theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock_builder.draft import Draft
from penstock_builder.own import copy_here, set_here

TEXT = """\
type: DeclarativeSource
version: "6.0.0"
definitions:
  selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [data]}}
  retriever:
    type: SimpleRetriever  # for all
    requester: {type: HttpRequester, url: https://api.example.com}
    record_selector: "#/definitions/selector"
streams:
  - {type: DeclarativeStream, name: a, retriever: {$ref: "#/definitions/retriever"}}
  - type: DeclarativeStream
    name: b
    retriever: "#/definitions/retriever"
check: {type: CheckStream, stream_names: [a]}
"""


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return Draft.new(tmp_path, text=TEXT)


@pytest.mark.parametrize("stream", ["/streams/0", "/streams/1"])
def test_a_value_is_set_beside_the_reference(stream: str, draft: Draft) -> None:
    """The rest still comes from the definition."""
    set_here(draft, f"{stream}/retriever/paginator", {"type": "NoPagination"})

    assert draft.value(f"{stream}/retriever") == {
        "$ref": "#/definitions/retriever",
        "paginator": {"type": "NoPagination"},
    }
    assert draft.text.split("streams:")[0] == TEXT.split("streams:", maxsplit=1)[0]


def test_a_part_behind_two_references_is_copied(draft: Draft) -> None:
    """What stands on the way is a reference still."""
    copy_here(draft, "/streams/1/retriever/record_selector")

    assert draft.value("/streams/1/retriever") == {
        "$ref": "#/definitions/retriever",
        "record_selector": {
            "type": "RecordSelector",
            "extractor": {"type": "DpathExtractor", "field_path": ["data"]},
        },
    }
    assert draft.value("/definitions/retriever/record_selector") == "#/definitions/selector"


def test_what_is_linked_itself_is_copied_with_its_comments(draft: Draft) -> None:
    """As unlinking does."""
    copy_here(draft, "/streams/1/retriever")

    assert draft.text.count("# for all") == 2
    assert draft.value("/streams/1/retriever/requester/url") == "https://api.example.com"


def test_a_value_of_its_own_is_taken_out_again(draft: Draft) -> None:
    """Then the definition's is in force."""
    set_here(draft, "/streams/0/retriever/paginator", {"type": "NoPagination"})

    set_here(draft, "/streams/0/retriever/paginator", None)

    assert draft.value("/streams/0/retriever") == {"$ref": "#/definitions/retriever"}
