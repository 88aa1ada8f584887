from __future__ import annotations

import pytest

from penstock.errors import ConfigError
from penstock.http.transport import Limits
from penstock.sync.limits import limits_from


@pytest.mark.parametrize(
    ("environment", "limits"),
    [
        pytest.param({}, Limits(), id="nothing set"),
        pytest.param(
            {"PENSTOCK_CONNECT_TIMEOUT_SECONDS": "2.5"}, Limits(connect_seconds=2.5), id="connecting"
        ),
        pytest.param({"PENSTOCK_READ_TIMEOUT_SECONDS": "9"}, Limits(read_seconds=9), id="silence"),
        pytest.param({"PENSTOCK_MAX_RESPONSE_BYTES": "1000"}, Limits(body_bytes=1000), id="size"),
    ],
)
def test_the_environment_moves_a_limit(environment: dict[str, str], limits: Limits) -> None:
    """What is not set keeps its default."""
    assert limits_from(environment) == limits


@pytest.mark.parametrize("text", ["", "soon", "0", "-1", "nan", "inf"])
def test_no_limit_can_be_taken_away(text: str) -> None:
    """Every limit is a positive number; the value is not repeated, the variable is named."""
    with pytest.raises(ConfigError, match=r"^PENSTOCK_MAX_RESPONSE_BYTES is not a positive number$"):
        limits_from({"PENSTOCK_MAX_RESPONSE_BYTES": text})
