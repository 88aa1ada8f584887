"""Documents attached to an image: each a small manifest with a `subject` (image-spec v1.1, artifacts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from penstock_builder.image.config import moment
from penstock_builder.image.layout import (
    INDEX,
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


def read_attached(source: BlobSource, referrer: Descriptor) -> Document:
    """What a manifest with a subject holds. Raises ConfigError where that is damaged."""
    told = read_document(source, referrer)
    blob = descriptor(told["layers"][0])
    return Document(
        descriptor(told["subject"]),
        told.get("artifactType") or blob.media_type,
        blob.annotations.get(_TITLE, ""),
        read_blob(source, blob),
        told.get("annotations") or {},
    )
