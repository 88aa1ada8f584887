from __future__ import annotations

import datetime as dt

import pytest
from tests.runtime.components.policies.policies import OLD, resources

from penstock.components.policies import PREVIOUS_KEY
from penstock.errors import ConfigError, ManifestError
from penstock.masking.keys import Key
from penstock.testing.fakes import component

OLDER = "{type: PreviousKey, id: p25, ref: env:OLD, until: '2024-03-01'}"


def test_a_key_lives_until_the_end_of_its_last_day() -> None:
    made = component(OLDER, PREVIOUS_KEY).build(resources(dt.datetime(2024, 3, 1, 23, 59, tzinfo=dt.UTC)))

    assert (made, made.id if made else "") == (OLD, "p25")


def test_a_key_whose_time_is_over_need_not_be_there() -> None:
    """So that it can be destroyed without another change of the policy."""

    def missing(reference: str) -> Key:
        raise ConfigError("no such key")

    using = resources(dt.datetime(2024, 3, 2, tzinfo=dt.UTC)).with_key(missing)

    assert component(OLDER, PREVIOUS_KEY).build(using) is None


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param("id: p25, ref: env:OLD, until: soon", "a day such as 2026-12-31", id="no day"),
        pytest.param("id: 'p 25', ref: env:OLD, until: '2024-03-01'", "letters and digits", id="no word"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: str, told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        component(f"{{type: PreviousKey, {settings}}}", PREVIOUS_KEY)
