"""A small image that has all that a released one has, and a way to alter it that leaves every digest right."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from penstock_builder.image.attached import Document, attach
from penstock_builder.image.attestations import IN_TOTO, PROVENANCE, SARIF, provenance, statement
from penstock_builder.image.config import image_config, image_manifest
from penstock_builder.image.connector import MANIFEST_FOLDER
from penstock_builder.image.layers import USER, Entry, write_layer
from penstock_builder.image.layout import (
    CONFIG,
    INDEX,
    MANIFEST,
    REFERENCE,
    REFERRERS,
    Descriptor,
    Layout,
    Platform,
    canonical,
    digest_of,
)
from penstock_builder.image.sbom import CYCLONEDX, SPDX, as_cyclonedx, as_spdx

Json = Any
Change = Callable[[Json], Json]
"""What becomes of a document: the value it gives, or the one that it was given, changed, where it gives None."""

CONNECTOR = b"version: 1\n"
NAMES = ("sbom.spdx.json", "sbom.cdx.json", "provenance.json", "lint.sarif")
LABELS = {
    "io.penstock.manifest.digest": digest_of(CONNECTOR),
    "org.opencontainers.image.base.digest": digest_of(b"base"),
}


def whole_image(folder: Path) -> Layout:
    """An image for two platforms, of a layer each, with two lists of software each, and a statement."""
    layout = Layout.create(folder)
    entry = Entry(f"{MANIFEST_FOLDER}/manifest.yaml".lstrip("/"), CONNECTOR)
    made = []
    for platform in (Platform("linux", "amd64"), Platform("linux", "arm64")):
        layer = write_layer(layout, [entry, Entry("opt/for", str(platform).encode())], USER, 0)
        settings = {"Labels": LABELS, "User": "1000", "Entrypoint": ["python3"], "Env": ["A=b"]}
        config = layout.add_document(image_config(platform, settings, [layer], 0), CONFIG)
        manifest = layout.add_document(image_manifest(config, [layer.blob], {}), MANIFEST)
        made.append(replace(manifest, platform=platform))
    listed = [one.as_json() for one in made]
    root = layout.add_document({"schemaVersion": 2, "mediaType": INDEX, "manifests": listed}, INDEX)
    layout.point_at([replace(root, annotations={REFERENCE: "acme/source-people:1.2.0"})])
    lists = []
    for one in made:
        about = ("acme/source-people", "1.2.0", one.platform or Platform("", ""), one.digest, 0, ())
        lists.append(Document(one, SPDX, NAMES[0], canonical(as_spdx(*about))))
        lists.append(Document(one, CYCLONEDX, NAMES[1], canonical(as_cyclonedx(*about))))
    findings = Document(root, SARIF, NAMES[3], canonical({"version": "2.1.0", "runs": []}))
    attach(layout, [*lists, origin(root), findings], 0)
    return layout


def origin(root: Descriptor, waived: Sequence[str] = ()) -> Document:
    """The statement of where the image came from."""
    inputs = {"manifest.yaml": digest_of(CONNECTOR), "base": digest_of(b"base")}
    parameters = {"waived": [{"gate": gate, "problems": 1} for gate in waived]}
    told = statement(PROVENANCE, {"image": root.digest}, provenance(parameters, inputs, 0))
    return Document(root, IN_TOTO, NAMES[2], canonical(told))


def documents(layout: Layout) -> dict[str, str]:
    """The digests of all documents of such an image, by what they are; of those of platforms, the first one's."""
    root = layout.root()
    manifest = _read(layout, root.digest)["manifests"][0]["digest"]
    listing = root.annotations[REFERRERS].partition(" ")[0]
    found = {"index": root.digest, "manifest": manifest, "listing": listing}
    found["config"] = _read(layout, manifest)["config"]["digest"]
    for referrer in reversed(_read(layout, listing)["manifests"]):
        blob = _read(layout, referrer["digest"])["layers"][0]
        name = blob["annotations"]["org.opencontainers.image.title"]
        found |= {name: blob["digest"], f"manifest of {name}": referrer["digest"]}
    return found


def alter(layout: Layout, what: str, change: Change) -> None:
    """Change a document, and all that names it, up to `index.json`."""
    if what == "index.json":
        path = layout.folder / what
        told = json.loads(path.read_bytes())
        path.write_bytes(_encoded(_changed(told, change)))
        return
    digest = documents(layout)[what]
    _replace(layout, digest, _encoded(_changed(_read(layout, digest), change)))


def _encoded(told: Json) -> bytes:
    """In ASCII: JSON can tell of half a character, and UTF-8 cannot."""
    return json.dumps(told).encode()


def _changed(told: Json, change: Change) -> Json:
    made = change(told)
    return told if made is None else made


def _replace(layout: Layout, old: str, data: bytes) -> None:
    new = digest_of(data)
    if new == old:
        return
    blobs = layout.folder / "blobs/sha256"
    (blobs / new[7:]).write_bytes(data)
    (blobs / old[7:]).unlink()

    def renamed(text: bytes) -> bytes:
        told = json.loads(text.replace(old[7:].encode(), new[7:].encode()))
        _resize(told, new, len(data))
        return _encoded(told)

    while naming := [path for path in blobs.iterdir() if old[7:].encode() in path.read_bytes()]:
        _replace(layout, f"sha256:{naming[0].name}", renamed(naming[0].read_bytes()))
    index = layout.folder / "index.json"
    index.write_bytes(renamed(index.read_bytes()))


def _resize(told: Json, digest: str, size: int) -> None:
    if isinstance(told, dict):
        if told.get("digest") == digest:
            told["size"] = size
        if str(told.get(REFERRERS, "")).startswith(digest):
            told[REFERRERS] = f"{digest} {size}"
    for value in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        _resize(value, digest, size)


def _read(layout: Layout, digest: str) -> Json:
    return json.loads((layout.folder / "blobs/sha256" / digest[7:]).read_bytes())
