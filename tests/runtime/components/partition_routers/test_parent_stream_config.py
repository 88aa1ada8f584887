from __future__ import annotations

import pytest

from penstock.components.partition_routers.parent_stream_config import PARENT, Parent
from penstock.errors import ManifestError
from penstock.http.request import RequestOptions
from penstock.testing.fakes import Fakes, component

TEAMS = """
stream:
  name: teams
  retriever:
    requester: {url: "https://api.example.com/teams"}
    record_selector: {extractor: {field_path: []}}
"""


def parent(settings: str) -> Parent:
    """The link to the teams, with these settings."""
    text = f"type: ParentStreamConfig\n{TEAMS}\n{settings}"
    return component(text, PARENT).build(Fakes({"key": "owner/id"}).resources())


def test_a_link_names_a_stream_its_key_and_the_partition() -> None:
    """The stream and all that belongs to it need no types; nothing else is needed."""
    link = parent("parent_key: id\npartition_field: team_id")

    assert link.plan.name == "teams"
    assert (link.key, link.partition_field) == (("id",), "team_id")
    assert (link.option, link.incremental, link.extra_fields) == (None, False, ())


@pytest.mark.parametrize(
    ("key", "path"),
    [
        pytest.param("id", ("id",), id="a field"),
        pytest.param("owner/id", ("owner", "id"), id="a field of an object"),
        pytest.param("owner.id", ("owner.id",), id="a dot is part of the name"),
        pytest.param("\"{{ config['key'] }}\"", ("owner", "id"), id="from the config"),
    ],
)
def test_a_slash_leads_into_objects(key: str, path: tuple[str, ...]) -> None:
    assert parent(f"parent_key: {key}\npartition_field: team_id").key == path


def test_a_link_may_carry_more() -> None:
    link = parent(
        """
parent_key: id
partition_field: "{{ 'team' }}_id"
request_option: {inject_into: request_parameter, field_name: team}
incremental_dependency: true
extra_fields: [[name], [owner, region]]
"""
    )

    assert link.partition_field == "team_id"
    assert link.option is not None
    assert link.option.options("a") == RequestOptions(params={"team": "a"})
    assert link.incremental
    assert link.extra_fields == (("name",), ("owner", "region"))


def test_the_first_page_of_a_child_has_one_place() -> None:
    """A pointer leads to it through objects; `*` would lead to several."""
    assert parent("parent_key: id\npartition_field: t\nlazy_read_pointer: [a, b]").first_page == ("a", "b")
    with pytest.raises(ManifestError, match="`lazy_read_pointer` leads to one place"):
        parent("parent_key: id\npartition_field: t\nlazy_read_pointer: [a, '*']")


def test_answers_of_a_parent_are_remembered() -> None:
    """Of two children and of the parent as a stream of its own, one asks the API."""
    using = Fakes().resources()

    component(f"type: ParentStreamConfig\n{TEAMS}\nparent_key: id\npartition_field: t", PARENT).build(using)

    assert using.cache.keeps("teams")
    assert not using.cache.keeps("orders")


@pytest.mark.parametrize("missing", ["parent_key", "partition_field"])
def test_a_link_needs_a_key_and_a_name(missing: str) -> None:
    given = {"parent_key": "id", "partition_field": "team_id"}
    del given[missing]

    with pytest.raises(ManifestError, match=f"ParentStreamConfig needs `{missing}`"):
        parent("\n".join(f"{name}: {value}" for name, value in given.items()))
