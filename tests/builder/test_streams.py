"""Streams come, go and change their names, and what names them follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock_builder.draft import Draft, DraftError, NoSuchPlaceError
from penstock_builder.streams import add_stream, duplicate_stream, remove_stream, rename_stream, streams

DEFINED = """\
type: DeclarativeSource
version: "6.0.0"
definitions:
  streams:
    users: # the users
      type: DeclarativeStream
      name: users
      retriever: # how
        requester: {type: HttpRequester, url: "https://a"}
        record_selector: {extractor: {field_path: []}}
    orders:
      $ref: "#/definitions/streams/users"
      name: orders
      retriever:
        requester: {type: HttpRequester, url: "https://b"}
        record_selector: {extractor: {field_path: []}}
        partition_router:
          type: SubstreamPartitionRouter
          parent_stream_configs:
            - stream: "#/definitions/streams/users"
              parent_key: id
              partition_field: user
streams:
  # first
  - $ref: "#/definitions/streams/users"
  - "#/definitions/streams/orders"
check:
  type: CheckStream
  stream_names: [users, orders]
"""


def names(draft: Draft) -> list[str]:
    return [stream.name for stream in streams(draft)]


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return Draft.new(tmp_path, text=DEFINED)


def test_a_new_stream_runs(tmp_path: Path) -> None:
    """It reads one address; the rest is for its author."""
    draft = Draft.new(tmp_path)

    pointer = add_stream(draft, "users", "https://api.example.com/users")

    assert (pointer, names(draft), draft.reading.found) == ("/streams/1", ["items", "users"], ())
    with pytest.raises(DraftError, match="there is a stream `users` already"):
        add_stream(draft, "users", "https://x")


def test_the_first_stream_of_a_manifest(tmp_path: Path) -> None:
    """Where there is no list of streams yet."""
    draft = Draft.new(tmp_path, text="type: DeclarativeSource\nversion: '6.0.0'\n")

    add_stream(draft, "users", "https://api.example.com/users")

    assert names(draft) == ["users"]


def test_a_new_name_is_followed_by_check_definition_and_parents(draft: Draft) -> None:
    """In one revision, and the comments stay."""
    rename_stream(draft, "users", "people")

    expected = DEFINED.replace("streams/users", "streams/people").replace("    users: #", "    people: #")
    expected = expected.replace("name: users", "name: people").replace("[users,", "[people,")
    assert (draft.text, draft.revision, names(draft)) == (expected, 2, ["people", "orders"])
    assert not [found for found in draft.reading.found if found.severity == "error"]


def test_a_stream_goes_with_its_definition_and_its_check(draft: Draft) -> None:
    """A definition that a parent uses stays."""
    remove_stream(draft, "users")
    assert names(draft) == ["orders"]
    assert draft.exists("/definitions/streams/users")
    assert draft.value("/check/stream_names") == ["orders"]

    rename_stream(draft, "orders", "sales")
    add_stream(draft, "more", "https://c")
    remove_stream(draft, "sales")
    assert not draft.exists("/definitions/streams/sales")
    with pytest.raises(NoSuchPlaceError):
        remove_stream(draft, "sales")


def test_a_copy_has_its_own_name_and_all_comments(draft: Draft) -> None:
    """It stands below the stream that it copies."""
    pointer = duplicate_stream(draft, "users", "guests")

    assert (pointer, names(draft)) == ("/streams/1", ["users", "guests", "orders"])
    assert draft.yaml(pointer).splitlines()[:3] == [
        "type: DeclarativeStream",
        "name: guests",
        "retriever: # how",
    ]
    assert draft.value("/definitions/streams/users/name") == "users"


def test_a_stream_that_is_meant_by_its_number_does_not_move(tmp_path: Path) -> None:
    """Else the reference would silently lead to another."""
    text = DEFINED.replace('stream: "#/definitions/streams/users"', 'stream: "#/streams/0"')
    draft = Draft.new(tmp_path, text=text)

    with pytest.raises(DraftError, match="by its number"):
        remove_stream(draft, "users")

    assert draft.text == text


def test_a_name_that_streams_share_is_not_changed_for_all(tmp_path: Path) -> None:
    """The other streams would be renamed in silence."""
    text = DEFINED.replace("      name: orders\n", "")
    draft = Draft.new(tmp_path, text=text)

    with pytest.raises(DraftError, match="take their name from here"):
        rename_stream(draft, "users", "people")
