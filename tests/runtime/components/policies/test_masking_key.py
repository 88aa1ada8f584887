from __future__ import annotations

import datetime as dt

import pytest
from tests.runtime.components.policies.policies import NEW, OLD, resources

from penstock.components.policies import MASKING_KEY
from penstock.errors import ManifestError
from penstock.testing.fakes import component

KEY = """
type: MaskingKey
ref: env:NEW
id: p26
previous: [{type: PreviousKey, id: p25, ref: env:OLD, until: "2026-12-31"}]
"""


@pytest.mark.parametrize(
    ("day", "alive"),
    [
        pytest.param(dt.datetime(2026, 12, 31, 23, 59, tzinfo=dt.UTC), ["p25"], id="on its last day"),
        pytest.param(dt.datetime(2027, 1, 1, tzinfo=dt.UTC), [], id="a day later"),
    ],
)
def test_a_key_has_older_ones_while_they_are_alive(day: dt.datetime, alive: list[str]) -> None:
    ring = component(KEY, MASKING_KEY).build(resources(day))

    assert (ring.current, ring.current.id) == (NEW, "p26")
    assert [key.id for key in ring.previous] == alive
    assert all(key == OLD for key in ring.previous)


def test_a_key_id_is_one_word() -> None:
    """It stands in front of what the key makes."""
    with pytest.raises(ManifestError, match="letters and digits"):
        component("{type: MaskingKey, ref: env:NEW, id: 'p 26'}", MASKING_KEY)
