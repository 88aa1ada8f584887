"""Whether an image is what it says: every byte, and every statement that is attached to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from penstock.authoring import ConfigError
from penstock_builder.image.attached import Document, read_attached
from penstock_builder.image.attestations import IN_TOTO, PROVENANCE
from penstock_builder.image.base import read_base
from penstock_builder.image.dependencies import read_requirements
from penstock_builder.image.layout import BlobSource, Descriptor, all_referrers, digest_of, everything
from penstock_builder.image.packages import read_lock
from penstock_builder.image.sbom import CYCLONEDX, SPDX

Json = Any

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `problem` is empty where it is well. A note stops nothing."""

    what: str
    problem: str = ""
    note: str = ""


def verify_image(source: BlobSource) -> list[Check]:
    """Look at every blob and every document of an image. What cannot be read at all raises ConfigError."""
    checks = [_blobs(source)]
    if checks[0].problem:
        return checks
    documents = [read_attached(source, referrer) for referrer in all_referrers(source)]
    root = source.root()
    checks.append(_provenance(source, root, documents))
    checks.append(_sboms(source, documents))
    checks += _locks(documents)
    return checks


def _blobs(source: BlobSource) -> Check:
    number = size = 0
    damaged = []
    for blob in dict.fromkeys((one.digest, one.size, one.media_type) for one in everything(source)):
        digest, expected, media_type = blob
        number, size = number + 1, size + expected
        try:
            with source.open_blob(Descriptor(media_type, digest, expected)) as stream:
                found = hashlib.sha256()
                while chunk := stream.read(_CHUNK):
                    found.update(chunk)
            well = f"sha256:{found.hexdigest()}" == digest
        except ConfigError:
            well = False
        if not well:
            damaged.append(digest)
    what = f"digests of {number} blobs, {size:,} bytes"
    return Check(what, f"damaged: {', '.join(damaged)}" if damaged else "")


def _provenance(source: BlobSource, root: Descriptor, documents: list[Document]) -> Check:
    what = "provenance"
    found = [
        _decoded(one) for one in documents if one.subject.digest == root.digest and one.media_type == IN_TOTO
    ]
    found = [told for told in found if told.get("predicateType") == PROVENANCE]
    if len(found) != 1:
        return Check(what, f"there are {len(found)} statements of where the image came from, not one")
    subjects = {f"sha256:{one['digest']['sha256']}" for one in found[0]["subject"]}
    if root.digest not in subjects:
        return Check(what, "it is of another image")
    told = {
        f"sha256:{one['digest']['sha256']}"
        for one in found[0]["predicate"]["buildDefinition"]["resolvedDependencies"]
    }
    for image in read_base(source).images.values():
        labels = (image.config.get("config") or {}).get("Labels") or {}
        for name in ("io.penstock.manifest.digest", "org.opencontainers.image.base.digest"):
            if labels.get(name) not in told:
                return Check(what, f"it does not know what the label {name} names")
    waived = [one["gate"] for one in found[0]["predicate"]["buildDefinition"]["externalParameters"]["waived"]]
    return Check(what, note=f"waived: {', '.join(waived)}" if waived else "")


def _sboms(source: BlobSource, documents: list[Document]) -> Check:
    what = "lists of software"
    for manifest in _platforms(source):
        kinds = {one.media_type for one in documents if one.subject.digest == manifest}
        lacking = {SPDX, CYCLONEDX} - kinds
        if lacking:
            return Check(what, f"{manifest} lacks {' and '.join(sorted(lacking))}")
    return Check(what)


def _platforms(source: BlobSource) -> Iterator[str]:
    for blob in everything(source):
        if blob.platform is not None:
            yield blob.digest


def _locks(documents: list[Document]) -> Iterator[Check]:
    """Whether the image was made of the locks that this Penstock has; another version's are no fault."""
    own = {
        "requirements.txt": digest_of(read_requirements().encode()),
        "base.lock": digest_of(read_lock().as_text().encode()),
    }
    for document in documents:
        told = _decoded(document) if document.media_type == IN_TOTO else {}
        if told.get("predicateType") != PROVENANCE:
            continue
        for one in told["predicate"]["buildDefinition"]["resolvedDependencies"]:
            expected = own.get(one["uri"])
            if expected is not None:
                same = expected == f"sha256:{one['digest']['sha256']}"
                yield Check(f"lock {one['uri']}", note="" if same else "another one than this Penstock's")


def _decoded(document: Document) -> Json:
    try:
        told = json.loads(document.data)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise ConfigError(f"{document.name} of the image is not a JSON object")
    return told
