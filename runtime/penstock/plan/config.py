"""The config as the streams see it: brought to today's form by the manifest's rules."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from penstock.plan.manifest import Manifest
from penstock.records.resources import Resources

Json = Any


def migrated(manifest: Manifest, using: Resources) -> Mapping[str, Json]:
    """The config after the manifest's migrations, for the user to save; the same object where they change nothing."""
    rules = manifest.source.spec.config_normalization_rules if manifest.source.spec else None
    if rules is None or not using.config:
        return using.config
    config = deepcopy(dict(using.config))
    for migrate in rules.build(using).migrations:
        migrate(config)
    return using.config if config == using.config else config


def transformed(manifest: Manifest, using: Resources) -> Mapping[str, Json]:
    """The config after the manifest's transformations, which hold for one run; the same object where there are none."""
    rules = manifest.source.spec.config_normalization_rules if manifest.source.spec else None
    transformations = rules.build(using).transformations if rules is not None and using.config else ()
    if not transformations:
        return using.config
    config = deepcopy(dict(using.config))
    for transform in transformations:
        transform(config)
    return config


def validate_parts(manifest: Manifest, using: Resources) -> None:
    """Raise ConfigError where a part of the config fails a validation of the manifest."""
    rules = manifest.source.spec.config_normalization_rules if manifest.source.spec else None
    if rules is not None:
        for validate in rules.build(using).validations:
            validate(dict(using.config))


def overlaid(using: Resources, overrides: Mapping[str, Json]) -> Resources:
    """The same resources with other values in the config; what the run saves goes into the user's, without them."""
    users = using.config
    config = {**users, **overrides}

    def save() -> None:
        if isinstance(users, dict):
            users.update({key: value for key, value in config.items() if key not in overrides})
        using.config_changed()

    return replace(using, config=config, config_changed=save)
