from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from penstock.registry import REGISTRY, Kind, all_components, component, field, find_component
from penstock.registry.field import FieldSpec

GREETING: Kind[str] = Kind("greeting", "A greeting.")


@pytest.fixture
def hello(registry: None) -> type:
    """A component that is declared for one test."""

    @component(GREETING)
    class Hello:
        """Say hello."""

        to: str = field(doc="Whom to greet.", scope=("record",), examples=("Ada",), secret=True)
        times: int = field(default=1, doc="How often.", unit="times", deprecated="nothing")
        moods: list[str] = field(default=[], doc="In which moods.")

        def build(self, using: Any) -> str:
            return f"Hello {self.to}"

    return Hello


def test_a_component_is_filed_under_its_name(hello: type) -> None:
    """Its name is the manifest's `type`, its docstring the help text, its fields what the manifest may say."""
    spec = REGISTRY["Hello"]

    assert (spec.type_name, spec.kind, spec.cls, spec.help) == ("Hello", GREETING, hello, "Say hello.")
    assert [f.name for f in spec.fields] == ["to", "times", "moods"]
    assert spec.field("times") is spec.fields[1]
    assert spec.field("time") is None


def test_a_field_is_filed_with_all_that_was_declared(hello: type) -> None:
    """Decoder, schema, reference and forms read it from there."""
    to, times, moods = REGISTRY["Hello"].fields

    assert to == FieldSpec(
        name="to",
        annotation="str",
        doc="Whom to greet.",
        required=True,
        default=None,
        slot=None,
        implied="",
        scope=frozenset({"record"}),
        unit="",
        secret=True,
        examples=("Ada",),
        deprecated="",
    )
    assert (times.required, times.default, times.unit, times.deprecated) == (False, 1, "times", "nothing")
    assert (moods.required, moods.default) == (False, [])


def test_a_component_is_made_with_names_and_does_not_change(hello: type) -> None:
    """It is a frozen dataclass whose fields are keywords."""
    made = hello(to="Ada")

    assert (made.to, made.times) == ("Ada", 1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.to = "Eve"
    with pytest.raises(TypeError):
        hello("Ada")


def test_a_default_list_is_not_shared(hello: type) -> None:
    """Each component has its own."""
    hello(to="Ada").moods.append("glad")

    assert hello(to="Eve").moods == []


def test_a_component_without_docstring_is_a_mistake_of_ours() -> None:
    """There would be no help text."""
    with pytest.raises(TypeError, match="Silent has no docstring"):

        @component(GREETING)
        class Silent:
            pass

    assert "Silent" not in REGISTRY


def test_a_field_whose_doc_is_no_sentence_is_a_mistake_of_ours() -> None:
    """The reference is made of these."""
    with pytest.raises(TypeError, match="a field's doc is a sentence and ends in a full stop"):
        field(doc="whom to greet")


@pytest.mark.parametrize(
    ("type_name", "found"),
    [
        pytest.param("CursorPagination", True, id="a type"),
        pytest.param("HttpRequester", True, id="a type of another folder"),
        pytest.param("cursorpagination", False, id="a type in other letters"),
        pytest.param("cursor_pagination", False, id="a file"),
        pytest.param("NoSuchComponent", False, id="nothing"),
    ],
)
def test_a_component_is_found_by_its_type(type_name: str, found: bool) -> None:
    """Exactly as the manifest writes it; its file is imported when it is first asked for."""
    spec = find_component(type_name)

    assert (spec.type_name if spec else None) == (type_name if found else None)


def test_all_components_are_listed_in_alphabetical_order() -> None:
    """Those of every folder, without a list that someone keeps."""
    names = list(all_components())

    assert names == sorted(names)
    assert {"DeclarativeSource", "CursorPagination", "MaskFields", "SqlRetriever"} <= set(names)
