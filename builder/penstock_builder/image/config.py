"""Manifests and configs of images, and the contract of a connector's image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from penstock_builder.image.layers import Layer
from penstock_builder.image.layout import MANIFEST, Descriptor, Platform

Json = Any

USER = "1000:1000"
"""The user `airbyte`, by number: Kubernetes proves of a number only that it is not root."""

HOME = "/airbyte/integration_code"


@dataclass(frozen=True, slots=True)
class Contract:
    """What platforms read of a connector's image, and what it starts.

    `entrypoint` is the command before `spec`, `check`, `discover`, `read`; `environment` and `labels` come on top of
    the base's.
    """

    entrypoint: tuple[str, ...]
    environment: Mapping[str, str]
    labels: Mapping[str, str]


def moment(epoch: int) -> str:
    """A time in seconds since 1970 as RFC 3339."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def image_config(platform: Platform, config: Json, layers: Sequence[Layer], epoch: int) -> Json:
    """The config of an image of these layers alone."""
    return {
        **platform.as_json(),
        "config": config,
        "created": moment(epoch),
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
    }


def connector_config(base: Json, contract: Contract, layers: Sequence[Layer], epoch: int) -> Json:
    """The base's config with our layers on top, and the contract."""
    settings = base.get("config") or {}
    environment = dict(pair.split("=", 1) for pair in settings.get("Env") or [])
    environment |= {"AIRBYTE_ENTRYPOINT": " ".join(contract.entrypoint), **contract.environment}
    labels = {**(settings.get("Labels") or {}), **contract.labels}
    kept = {
        key: base[key] for key in ("architecture", "os", "variant", "os.version", "history") if key in base
    }
    history = [{"created": moment(epoch), "created_by": "penstock image build"} for _ in layers]
    had = len(base["rootfs"]["diff_ids"])
    told = {"history": [*kept.pop("history"), *history]} if kept.get("history") or not had else {}
    return {
        **kept,
        **told,
        "created": moment(epoch),
        "config": {
            "Entrypoint": list(contract.entrypoint),
            "Env": [f"{name}={value}" for name, value in sorted(environment.items())],
            "Labels": dict(sorted(labels.items())),
            "User": USER,
            "WorkingDir": HOME,
        },
        "rootfs": {
            "type": "layers",
            "diff_ids": [*base["rootfs"]["diff_ids"], *(layer.diff_id for layer in layers)],
        },
    }


def image_manifest(config: Descriptor, layers: Sequence[Descriptor], annotations: Mapping[str, str]) -> Json:
    """The manifest of one platform's image."""
    told: Json = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.as_json(),
        "layers": [layer.as_json() for layer in layers],
    }
    return {**told, "annotations": dict(annotations)} if annotations else told
