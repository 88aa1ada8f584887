"""The Dockerfile that makes much the same image, for those who build with Docker."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penstock.authoring import DISTRIBUTION, PACKAGED_POLICY, ConfigError, __version__, read_manifest
from penstock_builder.image.build import BuildInputs, Built
from penstock_builder.image.config import HOME, USER
from penstock_builder.image.connector import MANIFEST_FOLDER, collect
from penstock_builder.image.dependencies import FILE_NAME, LOCK
from penstock_builder.image.layout import descriptor, read_document
from penstock_builder.image.metadata import metadata_of
from penstock_builder.image.packages import read_lock

Json = Any

_OURS = ("AIRBYTE_", "PENSTOCK_", "PYTHON")
_OF_BASE = ("PYTHON_VERSION",)
_WHEELS = "/tmp/penstock/"  # noqa: S108 - in the image
_BASE_LABEL = "org.opencontainers.image.base.digest"
"""It would tell of our base."""


def dockerfile_of(inputs: BuildInputs, built: Built, base: str | None) -> str:
    """A Dockerfile to run in the manifest's folder. `base` is the name of the base, None for ours.

    What lies beside the manifest is copied. Raises ConfigError for a masking policy elsewhere, which cannot be.
    """
    image = built.images[min(built.images)]
    manifest = read_document(built.layout, image.manifest)
    config = read_document(built.layout, descriptor(manifest["config"]))
    python = ".".join(read_lock().python.split(".")[:2])
    wheel = f"{FILE_NAME}-py3-none-any.whl" if inputs.flavour == "penstock" else None
    return as_dockerfile(config, base or f"python:{python}-slim", _copied(inputs), wheel)


def as_dockerfile(config: Json, base: str, files: Mapping[str, str], wheel: str | None) -> str:
    """A Dockerfile of a config as our images have it.

    `files` are where each file of the connector goes, by its path; `wheel` is the file name of Penstock's own, None
    where the base brings a runtime.
    """
    settings = config["config"]
    environment = dict(pair.split("=", 1) for pair in settings["Env"])
    lines = [f"FROM {base}"]
    if wheel is not None:
        lines += _installed(wheel, environment["PYTHONPATH"])
    lines += [
        f"ENV {name}={_quoted(value)}"
        for name, value in environment.items()
        if name.startswith(_OURS) and name not in _OF_BASE
    ]
    lines += [f"COPY --chown={USER} {_words(source, target)}" for source, target in files.items()]
    lines += [
        f"LABEL {_quoted(name)}={_quoted(value)}"
        for name, value in settings["Labels"].items()
        if name != _BASE_LABEL
    ]
    lines += [f"WORKDIR {HOME}", f"USER {USER}", f"ENTRYPOINT {json.dumps(settings['Entrypoint'])}"]
    return "\n".join([*lines, ""])


def _installed(wheel: str, folder: str) -> list[str]:
    """Lines that install the runtime: Penstock of its wheel alone, its libraries by the hashes that the wheel has."""
    fixed = f"pip install --no-cache-dir --no-deps --only-binary :all: --target {folder}"
    return [
        "# No package index has Penstock: make its wheel of a checkout, beside this file, by",
        "#   pip wheel --no-deps --wheel-dir . PATH/OF/THE/CHECKOUT",
        f"COPY {_words(wheel, _WHEELS)}",
        f"RUN cd {_WHEELS} && python3 -m zipfile -e {wheel} wheel \\",
        f" && {fixed} --require-hashes --requirement wheel/penstock_builder/image/{LOCK} \\",
        f" && {fixed} --no-index --find-links . {DISTRIBUTION}=={__version__} \\",
        f" && rm -r {_WHEELS}",
    ]


def _quoted(text: str) -> str:
    """A value in quotes, on one line, as a Dockerfile reads it: it knows no other escapes."""
    return '"' + re.sub(r'([\\"$])', r"\\\1", " ".join(text.splitlines())) + '"'


def _words(source: str, target: str) -> str:
    """What COPY takes: JSON, in which variables are looked for all the same."""
    return json.dumps([source.replace("$", "\\$"), target.replace("$", "\\$")], ensure_ascii=False)


def _copied(inputs: BuildInputs) -> dict[str, str]:
    reading = read_manifest(inputs.manifest)
    metadata = metadata_of(reading, inputs.name, inputs.version)
    connector = collect(inputs.manifest, reading, inputs.masking, metadata.text)
    schemas_in = HOME if inputs.flavour == "airbyte" else MANIFEST_FOLDER
    places = {
        name: f"/{entry.path}"
        for (name, _), entry in zip(connector.files(), connector.entries(schemas_in), strict=True)
    }
    renamed = {
        "manifest.yaml": inputs.manifest.name,
        PACKAGED_POLICY: _policy(inputs.masking, reading.folder),
    }
    found = {renamed.get(name, name): place for name, place in places.items()}
    return {name: place for name, place in found.items() if (reading.folder / name).is_file()}


def _policy(masking: Path | None, folder: Path) -> str:
    """Where the policy lies in the manifest's folder. Raises ConfigError where it does not: COPY reaches no further."""
    if masking is None:
        return PACKAGED_POLICY
    if not masking.resolve().is_relative_to(folder):
        raise ConfigError(
            f"the masking policy {masking} lies outside of the manifest's folder, where a Dockerfile cannot reach it",
            hint="copy it beside the manifest",
        )
    return masking.resolve().relative_to(folder).as_posix()
