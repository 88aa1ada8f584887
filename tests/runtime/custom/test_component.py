from __future__ import annotations

from typing import Any

import pytest

from penstock.components.selectors import RECORD_SELECTOR
from penstock.components.transformations import TRANSFORMATION
from penstock.custom import Expression, RecordExtractor, Transformation
from penstock.diagnostics import Diagnostics
from penstock.errors import ConfigError, ManifestError, StreamError
from penstock.expressions.compile import Scope
from penstock.manifest.load import load_text
from penstock.manifest.parameters import hand_down_parameters
from penstock.records.cursor import Record
from penstock.records.select import Transform
from penstock.registry.decode import Decoder, Grammar
from penstock.testing.fakes import Fakes


class Adds(Transformation):
    """Takes a field of each sort."""

    path: list[str]
    value: Expression | str = ""
    then: Transform | None = None
    prefix: str = ""

    def transform(self, record: Record, scope: Scope) -> None:
        value = self.value(scope) if callable(self.value) else self.value
        record[self.path[0]] = f"{self.prefix}{value}"
        if self.then is not None:
            self.then(record, scope)


class Fails(Transformation):
    """Tells of its data in every way."""

    def transform(self, record: Record, scope: Scope) -> None:
        print("a printed", record["name"])  # noqa: T201 - what must not come out
        raise ValueError(f"cannot take {record['name']}")


class Extracts(RecordExtractor):
    """Is of another kind."""


CLASSES = {"Adds": Adds, "Fails": Fails, "Extracts": Extracts, "Foreign": dict}


def transform(text: str, config: dict[str, Any] | None = None) -> Any:
    found = Diagnostics()
    root = hand_down_parameters(load_text(text, found=found), Grammar(), found)
    decoder = Decoder(found, lambda name: CLASSES[name.rpartition(".")[2]])
    made = decoder.component(root, TRANSFORMATION, "CustomTransformation")
    assert not found.errors
    return made.build(Fakes(config or {}).resources())


@pytest.mark.parametrize(
    ("fields", "record"),
    [
        pytest.param("path: [a], value: x", {"id": 1, "a": "x"}, id="a text"),
        pytest.param(
            "path: [a], value: \"{{ config['k'] }}\"", {"id": 1, "a": "v"}, id="a template of the config"
        ),
        pytest.param(
            "path: [a], value: \"{{ record['id'] + 1 }}\"", {"id": 1, "a": "2"}, id="one of the record"
        ),
        pytest.param("path: ['{{ config.k }}'], value: x", {"id": 1, "v": "x"}, id="a template in a list"),
        pytest.param(
            "path: [a], value: x, then: {type: RemoveFields, field_pointers: [[id]]}",
            {"a": "x"},
            id="a component",
        ),
        pytest.param(
            "path: [a], $parameters: {prefix: p, other: o}", {"id": 1, "a": "p"}, id="what is handed down"
        ),
    ],
)
def test_a_class_gets_the_fields_that_it_annotates(fields: str, record: Record) -> None:
    """Texts are evaluated, or come as what evaluates them; components are built."""
    made: Record = {"id": 1}

    transform(f"{{type: CustomTransformation, class_name: components.Adds, {fields}}}", {"k": "v"})(
        made, {"record": made}
    )

    assert made == record


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param(
            "path: [a], valeu: x", "has no field `valeu`\n  hint: did you mean `value`?", id="unknown"
        ),
        pytest.param("value: x", "`components.Adds` (manifest.yaml:1:14) needs `path`", id="missing"),
        pytest.param("path: [a], value: '{{ x'", "the expression does not parse", id="syntax"),
        pytest.param(
            "path: [a], then: {type: RemoveFields}", "RemoveFields needs `field_pointers`", id="a component"
        ),
    ],
)
def test_fields_that_do_not_fit_are_told_with_their_place(fields: str, told: str) -> None:
    """When the class is known, which is at the start of a run."""
    with pytest.raises((ConfigError, ManifestError)) as error:
        transform(f"{{class_name: components.Adds, {fields}}}")

    assert told in str(error.value)


@pytest.mark.parametrize("name", ["Extracts", "Foreign"])
def test_a_class_of_another_kind_is_refused(name: str) -> None:
    """And so is one that is on no base of ours, where airbyte-cdk is not there."""
    with pytest.raises(ConfigError, match=r"is not a Transformation of penstock\.custom"):
        transform(f"{{class_name: components.{name}}}")


def test_an_error_tells_its_place_and_not_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor does what is printed come out."""
    with pytest.raises(StreamError) as error:
        transform("{class_name: components.Fails}")({"name": "Ada"}, {})

    assert "custom code `components.Fails` (manifest.yaml:1:14) failed: ValueError" in str(error.value)
    assert "Ada" not in str(error.value)
    assert error.value.__cause__ is None
    assert capsys.readouterr().out == ""


def test_without_leave_the_manifest_is_refused() -> None:
    """With the place, and what allows it."""
    found = Diagnostics()
    root = load_text("extractor: {type: CustomRecordExtractor, class_name: components.X}", found=found)

    Decoder(found).component(root, RECORD_SELECTOR, "RecordSelector")

    [problem] = found.errors
    assert (problem.rule, problem.span.line, problem.span.col) == ("custom-code", 1, 54)
    assert "--allow-custom-code" in problem.hint
