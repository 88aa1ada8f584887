"""A datetime cursor over January 2024, for the tests of its windows and of its state."""

from __future__ import annotations

import json
from typing import Any

from penstock.components.cursors import CURSOR
from penstock.records.cursor import Cursor
from penstock.testing.fakes import Fakes, component

DAYS = {
    "type": "DatetimeBasedCursor",
    "cursor_field": "updated_at",
    "datetime_format": "%Y-%m-%d",
    "start_datetime": "2024-01-01",
    "end_datetime": "2024-01-31",
}
"""A cursor that counts in days, over January 2024."""

BY_TEN = {"step": "P10D", "cursor_granularity": "P1D"}

END = {"end_datetime": {"datetime": "2024-01-31", "datetime_format": "%Y-%m-%d"}}
"""The same end, for a cursor of another format."""


def cursor(settings: dict[str, Any], **config: Any) -> Cursor:
    """The cursor of January with other or more settings."""
    return component(json.dumps({**DAYS, **settings}), CURSOR).build(Fakes(config).resources())


def windows(cursor: Cursor, saved: dict[str, Any]) -> list[str]:
    """The windows that are left from a saved state on, each as `start..end`."""
    return [f"{w['start_time']}..{w['end_time']}" for w in cursor.windows(cursor.open(saved))]
