from __future__ import annotations

import json

import pytest
from tests.runtime.components.policies.policies import context, masked, resources

from penstock.components.policies import FIELD_POLICY
from penstock.errors import ConfigError, ManifestError
from penstock.masking.automaton import MaskRule
from penstock.testing.fakes import component


def rule(settings: str, path: str = "contact.name") -> MaskRule:
    declared = component(f"{{type: FieldPolicy, {settings}}}", FIELD_POLICY)
    return declared.build(resources())("`customers`", path, context())


def test_a_field_has_the_mask_of_its_class() -> None:
    made = rule("class: name")

    assert masked(made, {"contact": {"name": "Ada", "since": 2024}}) == {
        "contact": {"name": "***", "since": 2024}
    }
    assert made.class_name == "name"


def test_a_mask_of_its_own_wins_over_that_of_its_class() -> None:
    made = rule("class: name, mask: nullify")

    assert masked(made, {"contact": {"name": "Ada"}}) == {"contact": {"name": None}}
    assert made.where == "Nullify for `contact.name`, policy for streams `customers`"


def test_text_that_is_json_is_masked_value_by_value() -> None:
    """It stays JSON, so that who reads it still can; null and what is empty stay."""
    made = rule("class: name, parse: json", "raw")

    held = json.dumps({"by": "Ada", "of": [{"name": "Eve", "age": 36}], "none": None, "empty": ""})

    assert json.loads(masked(made, {"raw": held})["raw"]) == {
        "by": "***",
        "of": [{"name": "***", "age": "***"}],
        "none": None,
        "empty": "",
    }
    assert masked(made, {"raw": "{half of it"}) == {"raw": "***"}


def test_a_class_that_the_policy_has_not_is_told() -> None:
    with pytest.raises(
        ConfigError, match=r"no class `email`, which `contact\.name` of `customers` is said to be"
    ):
        rule("class: email")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param("parse: json", "needs a `class` or a `mask`", id="neither class nor mask"),
        pytest.param("mask: blur", "no mask of this name", id="a mask that there is not"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: str, told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        rule(settings)
