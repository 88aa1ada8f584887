from __future__ import annotations

import pytest

from penstock.components.error_handlers import ERROR_HANDLER
from penstock.testing.fakes import built, json_response


@pytest.mark.parametrize(
    ("status", "action"),
    [pytest.param(418, "IGNORE", id="its own"), pytest.param(429, "RATE_LIMITED", id="all others as usual")],
)
def test_a_class_decides_about_answers(status: int, action: str) -> None:
    """What it does not write itself is the base's: the usual meaning of a status, and five retries."""
    handler = built(
        "{type: CustomErrorHandler, class_name: components.MaintenanceHandler, status: 418}", ERROR_HANDLER
    )

    assert handler.resolve(json_response({}, status)).action == action
    assert handler.max_retries == 5
    assert handler.wait_seconds(json_response({}, status), 1) is None
