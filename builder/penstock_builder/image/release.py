"""An image as it is given away: built, looked through, and with what tells where it came from attached to it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from penstock.authoring import ManifestError, read_manifest
from penstock_builder.image.attached import Document, attach
from penstock_builder.image.attestations import (
    IN_TOTO,
    PROVENANCE,
    SARIF,
    TESTS,
    provenance,
    statement,
    tests_told,
)
from penstock_builder.image.base import read_base
from penstock_builder.image.build import BuildInputs, Built, build
from penstock_builder.image.cache import Cache
from penstock_builder.image.connector import collect
from penstock_builder.image.contents import normalised, software_in
from penstock_builder.image.dependencies import read_requirements, wheels_for
from penstock_builder.image.gates import Checks, Passed, RefusedError, pass_gates
from penstock_builder.image.layout import (
    Descriptor,
    Platform,
    canonical,
    descriptor,
    digest_of,
    read_document,
)
from penstock_builder.image.metadata import metadata_of
from penstock_builder.image.packages import read_lock
from penstock_builder.image.sbom import CYCLONEDX, SPDX, as_cyclonedx, as_spdx
from penstock_builder.image.secret_search import in_image
from penstock_builder.lint.output import as_sarif

Json = Any

_PREDICATE = "in-toto.io/predicate-type"


@dataclass(frozen=True, slots=True)
class Released:
    """An image with its documents. `waivers` are gates that were waived, with the problems that they let through.

    `seconds` are those of all of it, the checks included.
    """

    built: Built
    attached: tuple[Descriptor, ...]
    waivers: Mapping[str, int]
    seconds: float
    notes: tuple[str, ...]


def release(inputs: BuildInputs, checks: Checks, output: Path, cache: Cache | None = None) -> Released:
    """Build an image into the folder `output`, which must not be there, with its documents attached.

    Raises RefusedError for all that a gate stops, ManifestError and ConfigError as `build` does; then nothing is left.
    """
    started = time.monotonic()
    cache = cache or Cache.default()
    reading = read_manifest(inputs.manifest)
    if not reading.can_run:
        raise ManifestError(reading.found)
    metadata = metadata_of(reading, inputs.name, inputs.version)
    connector = collect(inputs.manifest, reading, inputs.masking, metadata.text)
    files = dict(connector.files())
    passed = pass_gates(reading, inputs.manifest, files, checks)
    try:
        built = build(inputs, output, cache)
        waivers = _search(inputs, checks, passed, built)
        documents = list(_documents(inputs, cache, passed, built, files, waivers))
        attached = attach(built.layout, documents, built.epoch)
    except BaseException:
        shutil.rmtree(output, ignore_errors=True)
        raise
    seconds = time.monotonic() - started
    return Released(built, tuple(attached), waivers, seconds, (*built.notes, *passed.notes))


def _search(inputs: BuildInputs, checks: Checks, passed: Passed, built: Built) -> Mapping[str, int]:
    """Look for secrets in the image, but not in layers whose every file has its digest in a lock. Gives all waivers."""
    found, seen = [], set[str]()
    for platform, image in built.images.items() if passed.forms else ():
        ours = {layer.blob.digest for layer in image.layers[:1]} if inputs.flavour == "penstock" else set()
        listed = [descriptor(told) for told in read_document(built.layout, image.manifest)["layers"]]
        if inputs.base is None:
            ours |= {layer.digest for layer in listed[: -len(image.layers)]}
        layers = [layer for layer in listed if layer.digest not in ours | seen]
        seen |= {layer.digest for layer in layers}
        named = replace(image.manifest, platform=platform)
        found += list(in_image(passed.forms, built.layout, named, layers))
    if found and "secrets" not in checks.waived:
        raise RefusedError(found)
    waivers: dict[str, int] = dict(passed.waivers.items())
    if "secrets" in waivers:
        waivers["secrets"] += len(found)
    return waivers


def _documents(
    inputs: BuildInputs,
    cache: Cache,
    passed: Passed,
    built: Built,
    files: Mapping[str, bytes],
    waivers: Mapping[str, int],
) -> Iterator[Document]:
    root = built.layout.root()
    name, _, version = built.reference.rpartition(":")
    materials = {path: digest_of(data) for path, data in files.items()}
    materials["base"] = built.base_digest
    for platform, image in built.images.items():
        found = software_in(built.layout, image.manifest, cache, _digests(inputs, cache, platform))
        materials |= {one.purl: f"sha256:{one.sha256}" for one in found if one.sha256}
        about = (name, version, platform, image.manifest.digest, built.epoch, found)
        yield Document(image.manifest, SPDX, "sbom.spdx.json", canonical(as_spdx(*about)))
        yield Document(image.manifest, CYCLONEDX, "sbom.cdx.json", canonical(as_cyclonedx(*about)))
    if inputs.flavour == "penstock":
        materials["requirements.txt"] = digest_of((inputs.requirements or read_requirements()).encode())
    if inputs.base is None:
        materials["base.lock"] = digest_of(read_lock().as_text().encode())
    subjects = {built.reference: root.digest}
    subjects |= {
        f"{built.reference} {platform}": one.manifest.digest for platform, one in built.images.items()
    }
    parameters = {
        "name": name,
        "version": version,
        "flavour": inputs.flavour,
        "platforms": [str(platform) for platform in built.images],
        "bytecode": inputs.bytecode,
        "sourceDateEpoch": built.epoch,
        "waived": [{"gate": gate, "problems": number} for gate, number in sorted(waivers.items())],
    }
    yield _attestation(
        root, PROVENANCE, "provenance.json", subjects, provenance(parameters, materials, built.epoch)
    )
    if passed.results:
        told = tests_told(passed.results, passed.tests)
        yield _attestation(root, TESTS, "tests.json", {built.reference: root.digest}, told)
    yield Document(root, SARIF, "lint.sarif", canonical(json.loads(as_sarif(passed.findings))))


def _attestation(
    root: Descriptor, predicate_type: str, name: str, subjects: Mapping[str, str], predicate: Json
) -> Document:
    data = canonical(statement(predicate_type, subjects, predicate))
    return Document(root, IN_TOTO, name, data, {_PREDICATE: predicate_type})


def _digests(inputs: BuildInputs, cache: Cache, platform: Platform) -> dict[tuple[str, str, str], str]:
    """SHA-256 of the files of packages, by kind, name and version."""
    found: dict[tuple[str, str, str], str] = {}
    if inputs.base is None:
        lock = read_lock()
        packages = lock.packages.get(platform.architecture, ())
        found |= {("deb", package.name, package.version): package.sha256 for package in packages}
        python = ".".join(lock.python.split(".")[:2])
    else:
        python = read_base(inputs.base).python if inputs.flavour == "penstock" else ""
    if inputs.flavour == "penstock":
        lock_text = read_requirements() if inputs.requirements is None else inputs.requirements
        for wheel in wheels_for(cache, platform, python, lock_text, inputs.wheels):
            distribution, version = wheel.name.split("-")[:2]
            digest = digest_of(wheel.read_bytes()).removeprefix("sha256:")
            found["pypi", normalised(distribution), version] = digest
    return found
