"""The inputs of a connector, edited in its specification."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock_builder.draft import MINIMAL, Draft, DraftError
from penstock_builder.inputs import add_input, edit_input, inputs_of, readers, remove_input, rename_input

SPEC = """\
spec:
  type: Spec
  connection_specification:
    type: object
    required: [token]
    properties:
      token: {type: string, airbyte_secret: true}  # from the settings page
"""


def draft_of(folder: Path, url: str, spec: str = SPEC) -> Draft:
    text = MINIMAL[: MINIMAL.index("spec:")].replace("https://api.example.com/items", url) + spec
    return Draft.new(folder, text=text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\"{{ config['token'] }}\"", "\"{{ config['key'] }}\""),
        ("'{{ config[\"token\"] }}'", "'{{ config[\"key\"] }}'"),
        ('"{{ config.token }}/{{ config.tokens }}"', '"{{ config.key }}/{{ config.tokens }}"'),
        ("\"{{ config.get('token', 'x') }}\"", "\"{{ config.get('key', 'x') }}\""),
        ("\"config['token'] {{ config['token'] }}\"", "\"config['token'] {{ config['key'] }}\""),
        ("\"{{ config['token'] if config['token_2'] }}\"", "\"{{ config['key'] if config['token_2'] }}\""),
    ],
)
def test_expressions_follow_a_new_name(tmp_path: Path, before: str, after: str) -> None:
    """In whatever way they read it; text outside of expressions and other inputs stay."""
    draft = draft_of(tmp_path, before)

    rename_input(draft, "token", "key")

    assert f"url: {after}\n" in draft.text
    assert "required: [key]" in draft.text
    assert "key: {type: string, airbyte_secret: true}  # from the settings page" in draft.text
    assert readers(draft, "token") == []


def test_a_name_that_cannot_be_followed_keeps_all_as_it_was(tmp_path: Path) -> None:
    """Where an expression is too clever, the place is told, and nothing is changed."""
    draft = draft_of(tmp_path, "\"{% set c = config %}{{ config[('token')] }}\"")
    before = draft.text

    with pytest.raises(DraftError, match="cannot be followed"):
        rename_input(draft, "token", "key")

    assert draft.text == before


@pytest.mark.parametrize("name", ["", "1st", "a b", "a-b", "token"])
def test_a_name_is_free_and_can_be_read_by_expressions(tmp_path: Path, name: str) -> None:
    """Letters, digits and `_`; and no other input has it."""
    draft = draft_of(tmp_path, "https://api.example.com/items")

    with pytest.raises(DraftError):
        add_input(draft, name, {"type": "string"})


def test_the_first_input_brings_the_specification(tmp_path: Path) -> None:
    """A manifest without one gets it."""
    draft = draft_of(tmp_path, "https://api.example.com/items", spec="")

    add_input(draft, "token", {"type": "string"}, required=True)

    assert draft.value("/spec/connection_specification/required") == ["token"]
    assert draft.value("/spec/connection_specification/properties") == {"token": {"type": "string"}}
    assert draft.reading.can_run


def test_each_edit_is_one_revision(tmp_path: Path) -> None:
    """What belongs together is undone together."""
    draft = draft_of(tmp_path, "https://api.example.com/items")
    before = draft.text

    edit_input(draft, "token", {"title": "Token", "airbyte_secret": None}, required=False)
    edited = draft.text
    draft.undo()

    assert "required" not in edited
    assert "airbyte_secret" not in edited
    assert draft.text == before


def test_the_last_required_name_takes_the_list_along(tmp_path: Path) -> None:
    """An empty `required` says nothing."""
    draft = draft_of(tmp_path, "https://api.example.com/items")

    remove_input(draft, "token")

    assert "required" not in draft.value("/spec/connection_specification")


def test_inputs_are_in_the_order_of_a_users_form() -> None:
    """By `order`; those without one come last, as they are written."""
    properties = {"c": {}, "b": {"order": 1}, "a": {"order": 0}, "d": {"type": ["null", "integer"]}}

    found = inputs_of({"properties": properties, "required": ["b"]})

    assert [each.name for each in found] == ["a", "b", "c", "d"]
    assert [each.required for each in found] == [False, True, False, False]
    assert found[3].type == "integer"
