from __future__ import annotations

import pytest

from penstock import errors
from penstock.diagnostics import Diagnostic, Span
from penstock.errors import ConfigError, ManifestError, PenstockError, RequestError, StreamError, as_told

CLASSES = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, PenstockError)
]


def test_an_error_says_what_is_wrong_and_what_to_do() -> None:
    """The hint is a line of its own."""
    error = ConfigError("`api_key` is missing", hint="ask the shop's owner for one")

    assert str(error) == "`api_key` is missing\n  hint: ask the shop's owner for one"
    assert (error.message, error.hint) == ("`api_key` is missing", "ask the shop's owner for one")


def test_an_error_without_hint_is_its_message() -> None:
    """Nothing is added."""
    assert str(RequestError("the API answered 500")) == "the API answered 500"


def test_a_manifest_error_carries_every_problem() -> None:
    """Its message is all of them, one below the other."""
    problems = [
        Diagnostic("r", "first", Span("shop.yaml", 1, 1)),
        Diagnostic("r", "second", Span("shop.yaml", 2, 1)),
    ]

    error = ManifestError(problems)

    assert error.diagnostics == tuple(problems)
    assert str(error) == "shop.yaml:1:1: error[r] first\nshop.yaml:2:1: error[r] second"


@pytest.mark.parametrize(
    ("error", "who"),
    [
        pytest.param(ManifestError([]), "config_error", id="a manifest is the user's"),
        pytest.param(ConfigError("x"), "config_error", id="a config is the user's"),
        pytest.param(StreamError("x"), "system_error", id="a stream is the author's"),
        pytest.param(
            RequestError("x", failure_type="transient_error"), "transient_error", id="time may mend it"
        ),
    ],
)
def test_an_error_says_who_can_act(error: PenstockError, who: str) -> None:
    """The Airbyte protocol's `failure_type`; each class has its own, and one error may know better."""
    assert error.failure_type == who


def test_a_failure_type_of_one_error_does_not_change_the_others() -> None:
    """It is set on the instance."""
    RequestError("x", failure_type="transient_error")

    assert RequestError("x").failure_type == "system_error"


@pytest.mark.parametrize("cls", CLASSES)
def test_every_error_is_drawn_in_the_tree(cls: type[PenstockError]) -> None:
    """The module's docstring is the map of what can go wrong."""
    assert cls.__name__ in (errors.__doc__ or "")


def test_a_library_that_is_missing_is_named() -> None:
    """With what to install: an image, for one, has no DuckDB. It is no fault of Penstock, and no stream's."""
    told = as_told(ModuleNotFoundError("No module named 'duckdb'", name="duckdb.functional"))

    assert told.message == "the Python library duckdb is not installed here"
    assert "pip install 'penstock-connectors[all]'" in told.hint
    assert (type(told), told.failure_type) == (PenstockError, "config_error")


@pytest.mark.parametrize("name", ["penstock.gone", None, "a value; not a name"])
def test_a_module_that_is_no_library_stays_a_fault(name: str | None) -> None:
    """Of ours, or without a name: the user can install nothing."""
    told = as_told(ModuleNotFoundError("a secret", name=name))

    assert told.message == "an unexpected ModuleNotFoundError"
    assert "fault of Penstock" in told.hint
