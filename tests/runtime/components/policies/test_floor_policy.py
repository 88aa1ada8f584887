from __future__ import annotations

from penstock.components.policies import FLOOR
from penstock.testing.fakes import built


def test_a_floor_is_a_set_of_classes() -> None:
    assert built("{type: FloorPolicy, never_in_clear: [email, card, email]}", FLOOR) == {"email", "card"}
