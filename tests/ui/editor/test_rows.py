"""What a form draws of any component of any manifest, decided without drawing it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.authoring import all_components, field_schemas
from penstock_builder.cards import Card, card
from penstock_builder.chapters import chapters, lifted, told
from penstock_builder.components import component_pointers
from penstock_builder.draft import Draft
from penstock_builder.forms import field_form
from penstock_ui.editor.places import sharing, trail
from penstock_ui.editor.rows import form, list_of, read_text, text_of

Json = Any
HERE = Path(__file__).resolve().parents[3]
PACKS = HERE.parent / "shared" / "compat" / "packs"
LONGEST, COUNT = 4000, 40
DRAWN = {
    "line", "template", "area", "number", "switch", "choice", "list", "mapping", "component", "components", "yaml",
    "secret", "link",
}  # fmt: skip


def _manifests() -> Iterator[Any]:
    """The demo's manifest, those of `manifests/`, and forty others of those that people wrote."""
    yield pytest.param(HERE / "ui" / "penstock_ui" / "demo" / "manifest.yaml", id="demo")
    for path in sorted(HERE.glob("manifests/*/manifest.yaml")):
        yield pytest.param(path, id=path.parent.name)
    packs = sorted(PACKS.glob("source-*.json.gz"))
    for path in packs[:: max(len(packs) // COUNT, 1)][:COUNT]:
        yield pytest.param(path, id=path.name.split(".")[0])
    if not packs:
        yield pytest.param(PACKS, id="others")


def text_in(path: Path) -> str:
    if path == PACKS:
        pytest.skip("the manifests of other connectors are not here")
    if path.suffix != ".gz":
        return path.read_text()
    found: str = json.loads(gzip.decompress(path.read_bytes()))["build"]["manifest"]
    return found


@pytest.mark.parametrize("path", list(_manifests()))
def test_every_card_of_every_stream_can_be_drawn(path: Path, tmp_path: Path) -> None:
    """Streams by reference, dynamic ones and those of databases too; looking at them changes nothing."""
    text = text_in(path)
    if text.count("\n") > LONGEST:
        text = text[
            : text.index("\n", len(text) // 2)
        ]  # what is cut off is told of, and the rest is still drawn
    draft = Draft.new(tmp_path, text=text)
    if draft.reading.root is None:
        return

    for pointer in component_pointers(draft):
        drawn = form(draft, card(draft, pointer), draft.reading.found)
        assert {row.kind for row in drawn.rows} <= DRAWN
        sharing(draft, card(draft, pointer))
    for number in range(len(draft.value("/streams") if draft.exists("/streams") else [])):
        found = chapters(draft, f"/streams/{number}")
        assert [told(draft, one.pointer, lifted(found, one.pointer)) for one in found]
        assert len({one.title for one in found}) == len(found)

    assert draft.text == text
    assert len(draft.revisions()) == 1


@pytest.mark.parametrize("type_name", sorted(all_components()))
def test_every_component_has_a_form(type_name: str, tmp_path: Path) -> None:
    """Derived from the registry: an empty component shows each of its fields, with what it is for."""
    spec = all_components()[type_name]
    schemas = field_schemas(spec)
    fields = tuple(
        field_form(one, schemas[one.name], f"/x/{one.name}", (None, "default"), "") for one in spec.fields
    )
    draft = Draft.new(tmp_path)

    drawn = form(draft, Card("/x", "/x", "", spec, type_name, type_name, "", fields, (), ()), ())

    assert [row.field.name for row in drawn.rows] == [one.name for one in spec.fields]
    assert all(row.kind in DRAWN and row.help for row in drawn.rows)


@pytest.mark.parametrize(
    ("typed", "before", "takes", "meant"),
    [
        ("20", None, {"integer", "string"}, 20),
        ("20", "19", {"integer", "string"}, "20"),
        ("007", 7, {"integer", "string"}, "007"),
        ("1.10", 1.5, {"number", "string"}, "1.10"),
        ("true", None, {"boolean", "string"}, "true"),
        ("false", True, {"boolean", "string"}, False),
        ("{{ config['n'] }}", 3, {"integer", "string"}, "{{ config['n'] }}"),
        ("[1]", None, {"string"}, "[1]"),
        ("", "x", {"string"}, None),
        ("", "", {"string"}, ""),
    ],
)
def test_a_typed_text_means_what_its_field_takes(
    typed: str, before: Json, takes: set[str], meant: Json
) -> None:
    """A number only where one may stand and none would be changed by being one."""
    read = read_text(typed, before, frozenset(takes))

    assert (read, type(read)) == (meant, type(meant))


@given(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False)
)
def test_what_is_shown_and_not_touched_is_what_was_there(value: Json) -> None:
    """Whatever it is, a field that somebody only looks at keeps its value."""
    read = read_text(text_of(value), value, frozenset({"string", "number", "boolean"}))

    assert (read, type(read)) == (value, type(value))


@given(st.lists(st.integers() | st.text("ab0 1", min_size=1), max_size=5, unique_by=str))
def test_a_list_that_is_not_touched_keeps_its_items(items: list[Json]) -> None:
    """Numbers among them stay numbers."""
    assert list_of("\n".join(text_of(item) for item in items), items) == items


def test_the_way_into_a_component_is_named_by_its_fields() -> None:
    """A number belongs to the name of its list."""
    found = trail("/streams/0/x/error_handlers/1/response_filters/0", "/streams/0/x")

    assert [name for name, _ in found] == ["error_handlers 2", "response_filters 1"]
    assert found[-1][1] == "/streams/0/x/error_handlers/1/response_filters/0"
