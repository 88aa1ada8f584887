"""Documents attached to an image: each a small manifest with a `subject` (image-spec v1.1, artifacts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from penstock.authoring import ConfigError
from penstock_builder.image import shapes
from penstock_builder.image.config import moment
from penstock_builder.image.layout import (
    INDEX,
    INDEXES,
    MANIFEST,
    REFERRERS,
    BlobSource,
    Descriptor,
    Layout,
    descriptor,
    read_blob,
    read_document,
)

_EMPTY = "application/vnd.oci.empty.v1+json"
_TITLE = "org.opencontainers.image.title"
_CREATED = "org.opencontainers.image.created"


@dataclass(frozen=True, slots=True)
class Document:
    """What is attached to `subject`: bytes of a media type, called `name` where it becomes a file."""

    subject: Descriptor
    media_type: str
    name: str
    data: bytes
    annotations: Mapping[str, str] = field(default_factory=dict)


def attach(layout: Layout, documents: Sequence[Document], epoch: int) -> list[Descriptor]:
    """Attach documents to the image of a layout, in place of what was attached before. Gives their manifests."""
    config = layout.add(b"{}", _EMPTY)
    made = []
    for document in documents:
        blob = layout.add(document.data, document.media_type)
        annotations = {_CREATED: moment(epoch), **document.annotations}
        subject = document.subject
        told = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": document.media_type,
            "config": config.as_json(),
            "layers": [replace(blob, annotations={_TITLE: document.name}).as_json()],
            "subject": Descriptor(subject.media_type, subject.digest, subject.size).as_json(),
            "annotations": annotations,
        }
        manifest = layout.add_document(told, MANIFEST)
        made.append(replace(manifest, artifact_type=document.media_type, annotations=annotations))
    list_attached(layout, layout.root(), made)
    return made


def list_attached(layout: Layout, root: Descriptor, attached: Sequence[Descriptor]) -> None:
    """Let a layout hold the image `root`, with these manifests attached."""
    listed = [one.as_json() for one in attached]
    index = layout.add_document({"schemaVersion": 2, "mediaType": INDEX, "manifests": listed}, INDEX)
    named = {**root.annotations, REFERRERS: f"{index.digest} {index.size}"}
    layout.point_at([replace(root, annotations=named)])


@dataclass(frozen=True, slots=True)
class Referrer:
    """A manifest that is attached to `subject`, a digest; `blob` is what it holds, if it holds one thing to be read.

    Other tools attach what they like: an index, a manifest without layers, or with many.
    """

    manifest: Descriptor
    subject: str
    kind: str
    annotations: Mapping[str, str]
    blob: Descriptor | None

    @property
    def name(self) -> str:
        """What it is called where it becomes a file."""
        return "" if self.blob is None else self.blob.annotations.get(_TITLE, "")

    @property
    def size(self) -> int:
        """Bytes of what it holds, else of itself."""
        return self.manifest.size if self.blob is None else self.blob.size


def read_referrer(source: BlobSource, manifest: Descriptor) -> Referrer:
    """What a manifest with a subject says of itself. Raises ConfigError where that is damaged."""
    told = read_document(
        source, manifest, shapes.INDEX if manifest.media_type in INDEXES else shapes.MANIFEST
    )
    layers = () if manifest.media_type in INDEXES else told["layers"]
    blob = descriptor(layers[0]) if layers else None
    subject = told.get("subject") or {"digest": ""}
    kind = told.get("artifactType") or (manifest.media_type if blob is None else blob.media_type)
    return Referrer(manifest, subject["digest"], kind, told.get("annotations") or {}, blob)


def read_attached(source: BlobSource, manifest: Descriptor) -> Document:
    """The document that a manifest with a subject holds. Raises ConfigError where it is damaged, or holds none."""
    told = read_document(source, manifest, shapes.MANIFEST)
    referrer = read_referrer(source, manifest)
    if referrer.blob is None or not told.get("subject"):
        raise ConfigError(f"the manifest {manifest.digest} of the image holds no document")
    data = read_blob(source, referrer.blob)
    return Document(descriptor(told["subject"]), referrer.kind, referrer.name, data, referrer.annotations)
