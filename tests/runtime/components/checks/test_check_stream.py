from __future__ import annotations

from typing import Any

import pytest

from penstock.components.checks import CHECK, Check, DynamicCheck
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


def test_a_check_tries_streams_of_dynamic_streams() -> None:
    """After those that are named, if any."""
    check = built(
        "{type: CheckStream, dynamic_streams_check_configs: [{dynamic_stream_name: tables, stream_count: 1}]}",
        CHECK,
    )

    assert check == Check((), (DynamicCheck("tables", 1),))


def test_values_may_take_the_place_of_the_configs() -> None:
    """None of the platform's, for they would change what is checked."""
    check = built("{type: CheckStream, stream_names: [orders], config_overrides: {days: 1}}", CHECK)

    assert check.config_overrides == {"days": 1}
    with pytest.raises(ManifestError, match="keys that begin with `__airbyte` belong to the platform"):
        component("{type: CheckStream, stream_names: [orders], config_overrides: {__airbyte_x: 1}}", CHECK)


def test_a_check_needs_something_to_try() -> None:
    with pytest.raises(
        ManifestError, match="CheckStream needs `stream_names` or `dynamic_streams_check_configs`"
    ):
        component("{type: CheckStream}", CHECK)
