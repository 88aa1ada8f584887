from __future__ import annotations

import pytest
from tests.runtime.components.policies.policies import context, resources

from penstock.components.policies import DATA_CLASS
from penstock.errors import ConfigError, ManifestError
from penstock.testing.fakes import component


def test_a_class_has_a_mask_for_each_living_key() -> None:
    """The pseudonyms of both keys begin with their ids."""
    declared = component(
        "{type: ClassPolicy, detect: email, mask: {type: Hmac, key: people, domain: person}}", DATA_CLASS
    )

    made = declared.build(resources())("email", context())

    assert (made.name, made.detector) == ("email", "email")
    assert made.technique.value("ada@example.com").startswith("p26_")
    assert {key_id: older.value("ada@example.com")[:4] for key_id, older in made.previous.items()} == {
        "p25": "p25_"
    }


def test_a_mask_without_a_key_has_no_older_one() -> None:
    made = component("{type: ClassPolicy, mask: redact}", DATA_CLASS).build(resources())("name", context())

    assert (made.technique.value("Ada"), made.previous, made.detector) == ("***", {}, "")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param("mask: blur", "no mask of this name", id="a mask that there is not"),
        pytest.param(
            "mask: redact, detect: e-mail", "did you mean `email`", id="a detector that there is not"
        ),
    ],
)
def test_names_that_there_are_not_are_told(settings: str, told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        component(f"{{type: ClassPolicy, {settings}}}", DATA_CLASS)


def test_a_key_that_the_policy_has_not_is_told() -> None:
    declared = component("{type: ClassPolicy, mask: {type: Hmac, key: staff, domain: d}}", DATA_CLASS)

    with pytest.raises(ConfigError, match="no key `staff`"):
        declared.build(resources())("name", context())
