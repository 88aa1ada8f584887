from __future__ import annotations

from typing import Any

import pytest

from penstock.components.state_migrations import STATE_MIGRATION
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("saved", "migrated"),
    [
        pytest.param({"updated": "a"}, {"updated_at": "a"}, id="of an older shape"),
        pytest.param({"updated_at": "a"}, {"updated_at": "a"}, id="of today's shape"),
    ],
)
def test_a_class_brings_a_state_into_shape(saved: dict[str, Any], migrated: dict[str, Any]) -> None:
    """If it says that it should."""
    migrate = built("{type: CustomStateMigration, class_name: components.RenamedCursor}", STATE_MIGRATION)(
        None
    )

    assert migrate(saved) == migrated
