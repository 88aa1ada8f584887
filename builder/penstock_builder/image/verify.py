"""Whether an image is what it says: every byte, and every statement that is attached to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penstock.authoring import ConfigError
from penstock_builder.image import shapes
from penstock_builder.image.attached import Referrer, read_referrer
from penstock_builder.image.attestations import BUILD_TYPE, IN_TOTO, PROVENANCE, SARIF
from penstock_builder.image.base import BaseImage, read_images, without_default
from penstock_builder.image.dependencies import read_requirements
from penstock_builder.image.layer_facts import LAYERS, LayerFacts, read_layer
from penstock_builder.image.layout import (
    Archive,
    BlobSource,
    Descriptor,
    Layout,
    Platform,
    all_referrers,
    digest_of,
    everything,
    is_marked,
    read_document,
)
from penstock_builder.image.packages import read_lock
from penstock_builder.image.sbom import CYCLONEDX, SPDX
from penstock_builder.image.unpacking import verified

Json = Any
Images = Sequence[tuple[Descriptor, BaseImage]]
"""What names each platform's manifest, and its image."""

_MANIFEST_LABEL = "io.penstock.manifest.digest"
_OURS = (IN_TOTO, SPDX, CYCLONEDX, SARIF)
_STATEMENT: Mapping[str, shapes.Shape] = {"predicateType": str}
_PROVENANCE: Mapping[str, shapes.Shape] = {
    "subject": [{"digest": {"*": str}}],
    "predicate": {
        "buildDefinition": {
            "buildType": str,
            "externalParameters": dict,
            "resolvedDependencies?": [{"uri?": str, "digest?": {"*": str}}],
        }
    },
}
_PARAMETERS: Mapping[str, shapes.Shape] = {"waived": [{"gate": str}]}
_SPDX: Mapping[str, shapes.Shape] = {
    "packages?": [{"checksums?": [{"algorithm": str, "checksumValue": str}]}]
}
_CYCLONEDX: Mapping[str, shapes.Shape] = {
    "metadata?": {"component?": {"hashes?": [{"alg": str, "content": str}]}}
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `problem` is empty where it is well. A note stops nothing."""

    what: str
    problem: str = ""
    note: str = ""


def verify_image(source: BlobSource) -> list[Check]:
    """Look at every blob and every document of an image. What cannot be read at all raises ConfigError."""
    images = list(read_images(source))
    blobs, layers = _blobs(source, images)
    checks = [blobs]
    if isinstance(source, Layout | Archive) and not is_marked(source):
        checks.append(Check("layout", "its file `oci-layout` is not that of version 1.0.0"))
    if blobs.problem:
        return checks
    root = source.root()
    referrers = [read_referrer(source, one) for one in all_referrers(source)]
    ours = [one for one in referrers if one.kind in _OURS and one.blob is not None]
    statements = list(_statements(source, root, ours))
    checks.append(_platforms(images, layers))
    checks.append(_provenance(root, images, statements))
    checks.append(_software(source, images, ours))
    checks.append(_findings(source, root, ours))
    checks += dict.fromkeys(_locks(statements))
    others = [one.kind for one in referrers if one not in ours]
    checks += [
        Check(f"attached {kind}", note="not ours: its digests are right") for kind in sorted(set(others))
    ]
    return checks


def _blobs(source: BlobSource, images: Images) -> tuple[Check, Mapping[tuple[str, str], LayerFacts]]:
    """Whether every blob has its digest and its size; and what the layers are."""
    layers = {(layer.digest, layer.media_type) for _, image in images for layer in image.layers}
    facts: dict[tuple[str, str], LayerFacts] = {}
    number = size = 0
    damaged: dict[str, None] = {}
    for digest, expected, media_type in dict.fromkeys(
        (one.digest, one.size, one.media_type) for one in everything(source)
    ):
        number, size = number + 1, size + expected
        blob = Descriptor(media_type, digest, expected)
        try:
            if (digest, media_type) in layers:
                facts[digest, media_type] = read_layer(source, blob)
            else:
                with verified(source, blob):
                    pass
        except ConfigError:
            damaged[digest] = None
    what = f"digests of {number} blobs, {size:,} bytes"
    return Check(what, f"damaged: {', '.join(damaged)}" if damaged else ""), facts


def _platforms(images: Images, layers: Mapping[tuple[str, str], LayerFacts]) -> Check:
    """Whether index, configs and layers of each platform tell of the same image."""
    problems = [] if images else ["it is an image for no platform"]
    unread = False
    for named, image in images:
        told = image.config
        own = Platform(told["os"], told["architecture"], told.get("variant") or "")
        if named.platform is None or not _same(own, named.platform):
            problems.append(f"{named.digest} is listed for another platform than its config is for")
        manifest: str | None = ""
        for layer, diff_id in zip(image.layers, told["rootfs"]["diff_ids"], strict=True):
            facts = layers[layer.digest, layer.media_type]
            if layer.media_type not in LAYERS:
                problems.append(f"{layer.digest} has a media type that is not a layer's")
            elif facts.diff_id not in ("", diff_id):
                problems.append(f"{layer.digest} unpacks to something else than the config of {own} says")
            unread = unread or not facts.diff_id
            manifest = manifest if facts.manifest is None else facts.manifest
        label = _labels(image).get(_MANIFEST_LABEL)
        if label is not None and label != manifest:
            problems.append(
                f"the connector's manifest for {own} is not what the label {_MANIFEST_LABEL} names"
            )
    note = "layers that are not packed by gzip are not looked into" if unread else ""
    return Check("platforms", "; ".join(dict.fromkeys(problems)), note)


def _same(one: Platform, other: Platform) -> bool:
    """Whether two names of a platform agree; either may leave the variant out."""
    one, other = without_default(one), without_default(other)
    if not (one.variant and other.variant):
        return (one.os, one.architecture) == (other.os, other.architecture)
    return one == other


def _labels(image: BaseImage) -> Mapping[str, str]:
    return (image.config.get("config") or {}).get("Labels") or {}


def _statements(source: BlobSource, root: Descriptor, ours: Sequence[Referrer]) -> Iterator[Json]:
    """What tells where the image came from, by us. Other builders' statements are no fault, and no proof."""
    for one in ours:
        if one.kind != IN_TOTO or one.subject != root.digest or one.blob is None:
            continue
        if read_document(source, one.blob, _STATEMENT)["predicateType"] != PROVENANCE:
            continue
        told = read_document(source, one.blob, _PROVENANCE)
        if told["predicate"]["buildDefinition"]["buildType"] == BUILD_TYPE:
            wrong = shapes.misfit(told["predicate"]["buildDefinition"]["externalParameters"], _PARAMETERS)
            if wrong:
                raise ConfigError(f"the document {one.blob.digest} is not one of an image: {wrong}")
            yield told


def _provenance(root: Descriptor, images: Images, statements: Sequence[Json]) -> Check:
    """Whether there is a statement, and each one is of this image. A gate is waived where no statement goes without."""
    what = "provenance"
    if not statements:
        return Check(what, "there are 0 statements of where the image came from")
    waived: list[list[str]] = []
    for told in statements:
        made = told["predicate"]["buildDefinition"]
        if root.digest not in _digests(told["subject"]):
            return Check(what, "it is of another image")
        known = _digests(made.get("resolvedDependencies") or ())
        for _, image in images:
            for name in (_MANIFEST_LABEL, "org.opencontainers.image.base.digest"):
                if _labels(image).get(name) not in known:
                    return Check(what, f"it does not know what the label {name} names")
        waived.append([one["gate"] for one in made["externalParameters"]["waived"]])
    gates = dict.fromkeys(gate for some in waived for gate in some) if all(waived) else {}
    return Check(what, note=f"waived: {', '.join(gates)}" if gates else "")


def _digests(resources: Sequence[Json]) -> set[str]:
    """SHA-256 of what a statement names; what is named by another digest only is left out."""
    found = [(one.get("digest") or {}).get("sha256") for one in resources]
    return {f"sha256:{digest}" for digest in found if digest}


def _software(source: BlobSource, images: Images, ours: Sequence[Referrer]) -> Check:
    """Whether each platform has lists of software that say that they are its own."""
    what = "lists of software"
    for named, _ in images:
        attached = [one for one in ours if one.subject == named.digest and one.blob is not None]
        lacking = {SPDX, CYCLONEDX} - {one.kind for one in attached}
        if lacking:
            return Check(what, f"{named.digest} lacks {' and '.join(sorted(lacking))}")
        own = {
            one.kind for one in attached if one.blob and named.digest in _about(source, one.kind, one.blob)
        }
        strange = {SPDX, CYCLONEDX} - own
        if strange:
            return Check(what, f"{' and '.join(sorted(strange))} of {named.digest} is not about it")
    return Check(what)


def _about(source: BlobSource, kind: str, blob: Descriptor) -> set[str]:
    """The digests of what a list of software is about."""
    if kind == SPDX:
        packages = read_document(source, blob, _SPDX).get("packages") or ()
        sums = [one for package in packages for one in package.get("checksums") or ()]
        return {f"sha256:{one['checksumValue']}" for one in sums if one["algorithm"] == "SHA256"}
    if kind == CYCLONEDX:
        told = (read_document(source, blob, _CYCLONEDX).get("metadata") or {}).get("component") or {}
        return {f"sha256:{one['content']}" for one in told.get("hashes") or () if one["alg"] == "SHA-256"}
    return set()


def _findings(source: BlobSource, root: Descriptor, ours: Sequence[Referrer]) -> Check:
    """Whether what the linter found is there."""
    found = [one.blob for one in ours if one.kind == SARIF and one.subject == root.digest and one.blob]
    for blob in found:
        read_document(source, blob, {"runs": [dict]})
    return Check("findings of the linter", "" if found else f"{root.digest} lacks {SARIF}")


def _locks(statements: Sequence[Json]) -> Iterator[Check]:
    """Whether the image was made of the locks that this Penstock has; another version's are no fault."""
    own = {
        "requirements.txt": digest_of(read_requirements().encode()),
        "base.lock": digest_of(read_lock().as_text().encode()),
    }
    for told in statements:
        for one in told["predicate"]["buildDefinition"].get("resolvedDependencies") or ():
            expected = own.get(one.get("uri"))
            if expected is not None:
                same = expected in _digests([one])
                yield Check(f"lock {one['uri']}", note="" if same else "another one than this Penstock's")
