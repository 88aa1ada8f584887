"""The Dockerfile that makes much the same image, for those who build with Docker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penstock.authoring import __version__, read_manifest
from penstock_builder.image.build import BuildInputs, Built
from penstock_builder.image.config import HOME, USER
from penstock_builder.image.connector import MANIFEST_FOLDER, collect
from penstock_builder.image.layout import descriptor, read_document
from penstock_builder.image.metadata import metadata_of
from penstock_builder.image.packages import read_lock

Json = Any

_OURS = ("AIRBYTE_", "PENSTOCK_", "PYTHON")
_OF_BASE = ("PYTHON_VERSION",)
_BASE_LABEL = "org.opencontainers.image.base.digest"
"""It would tell of our base."""


def dockerfile_of(inputs: BuildInputs, built: Built, base: str | None) -> str:
    """A Dockerfile to run in the manifest's folder. `base` is the name of the base, None for ours.

    What lies beside the manifest is copied; a masking policy by the path that it was given by.
    """
    image = built.images[min(built.images)]
    manifest = read_document(built.layout, image.manifest)
    config = read_document(built.layout, descriptor(manifest["config"]))
    python = ".".join(read_lock().python.split(".")[:2])
    runtime = f"penstock=={__version__}" if inputs.flavour == "penstock" else None
    return as_dockerfile(config, base or f"python:{python}-slim", _copied(inputs), runtime)


def as_dockerfile(config: Json, base: str, files: Mapping[str, str], runtime: str | None) -> str:
    """A Dockerfile of a config as our images have it.

    `files` are where each file of the connector goes, by its path; `runtime` is what pip installs, None where the base
    brings a runtime.
    """
    settings = config["config"]
    environment = dict(pair.split("=", 1) for pair in settings["Env"])
    lines = [f"FROM {base}"]
    if runtime is not None:
        lines.append(f"RUN pip install --no-cache-dir --target {environment['PYTHONPATH']} {runtime}")
    lines += [
        f"ENV {name}={json.dumps(value)}"
        for name, value in environment.items()
        if name.startswith(_OURS) and name not in _OF_BASE
    ]
    lines += [f"COPY --chown={USER} {json.dumps([source, target])}" for source, target in files.items()]
    lines += [
        f"LABEL {json.dumps(name)}={json.dumps(value)}"
        for name, value in settings["Labels"].items()
        if name != _BASE_LABEL
    ]
    lines += [f"WORKDIR {HOME}", f"USER {USER}", f"ENTRYPOINT {json.dumps(settings['Entrypoint'])}"]
    return "\n".join([*lines, ""])


def _copied(inputs: BuildInputs) -> dict[str, str]:
    reading = read_manifest(inputs.manifest)
    metadata = metadata_of(reading, inputs.name, inputs.version)
    connector = collect(inputs.manifest, reading, inputs.masking, metadata.text)
    schemas_in = HOME if inputs.flavour == "airbyte" else MANIFEST_FOLDER
    places = {
        name: f"/{entry.path}"
        for (name, _), entry in zip(connector.files(), connector.entries(schemas_in), strict=True)
    }
    renamed = {"manifest.yaml": inputs.manifest.name, "masking.yaml": str(inputs.masking)}
    found = {renamed.get(name, name): place for name, place in places.items()}
    return {
        name: place
        for name, place in found.items()
        if Path(name) == inputs.masking or (reading.folder / name).is_file()
    }
