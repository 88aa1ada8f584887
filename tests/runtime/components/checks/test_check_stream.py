from __future__ import annotations

from typing import Any

import pytest

from penstock.components.checks import CHECK
from penstock.errors import ManifestError
from penstock.testing.fakes import built, component


@pytest.mark.parametrize(
    ("config", "names"),
    [
        pytest.param({}, ("orders", "customers"), id="those of the manifest"),
        pytest.param(
            {"__airbyte_check_stream_names": ["refunds"]}, ("refunds",), id="those of the config, if any"
        ),
        pytest.param(
            {"__airbyte_check_stream_names": []}, ("orders", "customers"), id="an empty list is none"
        ),
        pytest.param(
            {"__airbyte_check_stream_names": "refunds"}, ("orders", "customers"), id="neither is a text"
        ),
    ],
)
def test_a_check_tries_the_streams_that_are_named(config: dict[str, Any], names: tuple[str, ...]) -> None:
    """In this order. The platform may name others by a key of the config."""
    check = built("{type: CheckStream, stream_names: [orders, customers]}", CHECK, **config)

    assert check.stream_names == names


def test_a_check_needs_something_to_try() -> None:
    with pytest.raises(ManifestError, match="CheckStream needs `stream_names`"):
        component("{type: CheckStream}", CHECK)
