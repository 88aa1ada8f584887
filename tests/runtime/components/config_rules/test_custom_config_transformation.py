from __future__ import annotations

from typing import Any

from penstock.components.config_rules import CONFIG_TRANSFORMATION
from penstock.testing.fakes import built


def test_a_class_changes_the_config() -> None:
    """In place."""
    config: dict[str, Any] = {"accounts": "a,b"}

    built("{type: CustomConfigTransformation, class_name: components.SplitAccount}", CONFIG_TRANSFORMATION)(
        config
    )

    assert config == {"accounts": ["a", "b"]}
