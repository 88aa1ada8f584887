from __future__ import annotations

import json

import pytest
from tests.runtime.components.policies.policies import NEW, OLD, context, resources

from penstock.components.policies import SEALED_STATE
from penstock.errors import ConfigError
from penstock.masking.sealing import Sealer
from penstock.testing.fakes import component

STATE = {"updated_at": "2024-03-01", "states": [{"partition": {"id": "ada@example.com"}}]}


def sealer() -> Sealer:
    return component("{type: SealedState, encrypt: people}", SEALED_STATE).build(resources())(context())


def test_a_state_is_sealed_and_opened() -> None:
    """Equal states are sealed alike, so that a destination sees whether one changed; a sealed one is sealed once."""
    sealed = sealer().seal(STATE)

    assert "ada" not in json.dumps(sealed)
    assert sealer().seal(STATE) == sealed == sealer().seal(sealed)
    assert sealer().unseal(sealed) == STATE


def test_a_state_of_before_is_opened() -> None:
    """One that an older key sealed, and one that none did."""
    assert sealer().unseal(Sealer(OLD).seal(STATE)) == STATE
    assert sealer().unseal(STATE) == STATE


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param({"penstock_sealed": "p24.AAAA"}, id="an unknown key"),
        pytest.param({"penstock_sealed": "p26.AAAA"}, id="another key of this id"),
        pytest.param({"penstock_sealed": "p26.?"}, id="no base64"),
        pytest.param({"penstock_sealed": "p26"}, id="nothing sealed"),
    ],
)
def test_a_state_that_cannot_be_opened_is_told(saved: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="sealed with another key"):
        Sealer(NEW).unseal(saved)


def test_a_key_that_the_policy_has_not_is_told() -> None:
    declared = component("{type: SealedState, encrypt: staff}", SEALED_STATE)

    with pytest.raises(ConfigError, match="no key `staff`"):
        declared.build(resources())(context())
