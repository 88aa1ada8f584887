from __future__ import annotations

import pytest

from penstock.components.checks import CHECK, Check
from penstock.errors import ManifestError
from penstock.testing.fakes import built, component


def test_a_check_tries_the_first_streams() -> None:
    """Whatever their names are."""
    assert built("{type: CheckDynamicStream, stream_count: 2}", CHECK) == Check(first=2)


def test_it_may_be_enough_that_the_streams_are_found() -> None:
    check = built("{type: CheckDynamicStream, stream_count: 2, use_check_availability: false}", CHECK)

    assert not check.reads


def test_values_may_take_the_place_of_the_configs() -> None:
    """None of the platform's, for they would change what is checked."""
    check = built("{type: CheckDynamicStream, stream_count: 1, config_overrides: {days: 1}}", CHECK)

    assert check.config_overrides == {"days": 1}
    with pytest.raises(ManifestError, match="keys that begin with `__airbyte` belong to the platform"):
        component("{type: CheckDynamicStream, stream_count: 1, config_overrides: {__airbyte_x: 1}}", CHECK)


def test_a_check_needs_to_know_how_many() -> None:
    with pytest.raises(ManifestError, match="CheckDynamicStream needs `stream_count`"):
        component("{type: CheckDynamicStream}", CHECK)
