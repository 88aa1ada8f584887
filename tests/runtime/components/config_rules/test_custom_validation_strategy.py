from __future__ import annotations

import pytest

from penstock.components.config_rules import VALIDATION_STRATEGY
from penstock.errors import ConfigError
from penstock.testing.fakes import built


def test_a_class_refuses_a_value_that_is_not_shown() -> None:
    """The message names the place and the class."""
    validate = built("{type: CustomValidationStrategy, class_name: components.IsEven}", VALIDATION_STRATEGY)

    validate(2, "the config's `size`")
    with pytest.raises(ConfigError, match=r"`size` is not as `components\.IsEven` wants it"):
        validate(31337, "the config's `size`")
