"""What an image tells without its layers: platforms, sizes, labels, and what is attached."""

from __future__ import annotations

from typing import Any

from penstock_builder.image.attached import Referrer, read_referrer
from penstock_builder.image.base import read_base
from penstock_builder.image.layout import BlobSource, all_referrers

Json = Any


def inspect_image(source: BlobSource) -> Json:
    """Digest, platforms with their sizes (bytes) and labels, and the documents that are attached."""
    root = source.root()
    platforms = {}
    for platform, image in read_base(source).images.items():
        settings = image.config.get("config") or {}
        platforms[str(platform)] = {
            "layers": [{"digest": layer.digest, "size": layer.size} for layer in image.layers],
            "size": sum(layer.size for layer in image.layers),
            "created": image.config.get("created", ""),
            "user": settings.get("User", ""),
            "entrypoint": list(image.entrypoint),
            "labels": settings.get("Labels") or {},
        }
    return {
        "digest": root.digest,
        "mediaType": root.media_type,
        "platforms": platforms,
        "attached": [_attached(read_referrer(source, one)) for one in all_referrers(source)],
    }


def _attached(referrer: Referrer) -> Json:
    return {
        "digest": referrer.manifest.digest,
        "artifactType": referrer.kind,
        "subject": referrer.subject,
        "name": referrer.name,
        "size": referrer.size,
        "annotations": dict(referrer.annotations),
    }


def as_text(told: Json) -> str:
    """For a person: labels once where all platforms have the same."""
    lines = [f"digest      {told['digest']}"]
    for platform, image in told["platforms"].items():
        lines.append(f"platform    {platform}  {image['size'] / 1e6:.1f} MB in {len(image['layers'])} layers")
    labels = [image["labels"] for image in told["platforms"].values()]
    for name, text in sorted(labels[0].items()) if labels else ():
        lines.append(f"label       {name}={text}")
    lines += [
        f"attached    {one['name'] or one['artifactType']}  {one['size']:,} bytes  to {one['subject'][:19]}"
        for one in told["attached"]
    ]
    return "\n".join([*lines, ""])
