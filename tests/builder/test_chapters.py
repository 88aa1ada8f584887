"""A stream in chapters: which, in which order, and what each says in a line."""

from __future__ import annotations

from pathlib import Path

from penstock_builder.chapters import chapter_of, chapters, in_words, lifted, told
from penstock_builder.copying import copy_settings
from penstock_builder.draft import MINIMAL, Draft

SQL = (
    MINIMAL[: MINIMAL.index("    retriever:")]
    + """\
    retriever: { type: SqlRetriever, url: "{{ config['url'] }}", table: orders }
"""
)


def test_chapters_stand_in_the_order_of_an_author(tmp_path: Path) -> None:
    """What the registry knows beyond them comes last, by its name."""
    found = chapters(Draft.new(tmp_path), "/streams/0")

    assert [one.title for one in found] == [
        "Endpoint", "Authentication", "Records", "Pages", "Partitions", "Incremental", "Errors", "Transformations",
        "Schema", "State migrations", "File uploader",
    ]  # fmt: skip
    assert found[0].pointer == "/streams/0/retriever/requester"
    assert lifted(found, "/streams/0/retriever/requester") == {"authenticator", "error_handler"}


def test_a_stream_of_a_database_has_its_retriever_as_endpoint(tmp_path: Path) -> None:
    """It has no requester, no pages and no authentication."""
    draft = Draft.new(tmp_path, text=SQL)
    found = chapters(draft, "/streams/0")

    assert found[0].pointer == "/streams/0/retriever"
    assert not {"Authentication", "Pages", "Errors"} & {one.title for one in found}
    assert told(draft, found[0].pointer) == "Sql retriever · url set · orders"


def test_a_component_belongs_to_the_nearest_chapter(tmp_path: Path) -> None:
    """The authenticator is inside of the requester, and has a chapter of its own."""
    found = chapters(Draft.new(tmp_path), "/streams/0")

    place = chapter_of(found, "/streams/0/retriever/requester/authenticator/login_requester")

    assert place is not None
    assert place[0].title == "Authentication"


def test_a_chapter_says_its_values_in_a_line(tmp_path: Path) -> None:
    """Types as words, numbers with their unit or name; an empty place says nothing."""
    draft = Draft.new(tmp_path)
    strategy = {"type": "PageIncrement", "page_size": 20, "start_from_page": 1}
    draft.set("/streams/0/retriever/paginator", {"type": "DefaultPaginator", "pagination_strategy": strategy})

    assert told(draft, "/streams/0/retriever/paginator") == "Page increment · 20 records · start from page 1"
    assert told(draft, "/streams/0/incremental_sync") == ""
    assert in_words("JwtAuthenticator") == "Jwt authenticator"


def test_chapters_are_copied_from_stream_to_stream(tmp_path: Path) -> None:
    """One revision; what the other has not is left as it is."""
    draft = Draft.new(tmp_path)
    draft.set("/streams/0/retriever/paginator", {"type": "NoPagination"})
    draft.append(
        "/streams", {**draft.value("/streams/0"), "name": "more", "retriever": {"type": "SimpleRetriever"}}
    )
    before = len(draft.revisions())

    copy_settings(draft, "/streams/0", "/streams/1", ["Endpoint", "Pages", "Incremental"])

    assert len(draft.revisions()) == before + 1
    copied, source = (draft.value(f"/streams/{number}/retriever") for number in (1, 0))
    assert copied == {
        "type": "SimpleRetriever",
        "requester": source["requester"],
        "paginator": source["paginator"],
    }
