"""Where an image comes from by what a user writes: a folder, an archive, or a name in a registry."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from penstock.authoring import ConfigError
from penstock_builder.image.base import without_default
from penstock_builder.image.cache import Cache
from penstock_builder.image.credentials import Credential, find_credential
from penstock_builder.image.layout import (
    INDEXES,
    MANIFESTS,
    BlobSource,
    Layout,
    Platform,
    canonical,
    descriptor,
    digest_of,
    open_image,
    parts,
    read_document,
)
from penstock_builder.image.reference import DOCKER_HUB, Reference, parse_reference
from penstock_builder.image.registry import Remote
from penstock_builder.image.registry_http import Session


@dataclass(frozen=True, slots=True)
class Access:
    """How registries are met; without a `credential` it is found where logins keep theirs."""

    credential: Credential | None = field(default=None, repr=False)
    insecure: bool = False

    def session(self, reference: Reference, *, push: bool = False) -> Session:
        """Requests to the registry of a repository."""
        credential = self.credential or find_credential(reference)
        scope = f"repository:{reference.repository}:{'pull,push' if push else 'pull'}"
        return Session(reference.host, [scope], credential, insecure=self.insecure)


def open_source(text: str, access: Access) -> BlobSource:
    """An image by its path, or by its name in a registry. Raises ConfigError where it is neither."""
    if _is_there(Path(text)):
        return open_image(Path(text))
    if text.startswith(("/", ".")) or text.endswith(".tar"):
        raise ConfigError(f"there is no image at {text}")
    reference = parse_reference(text)
    if not set(text) & set("/:@"):
        raise ConfigError(
            f"there is no image at {text}",
            hint="one of a registry is named with it: registry.example.com/name:1.0.0",
        )
    implied = reference.host == DOCKER_HUB and not text.startswith(f"{DOCKER_HUB}/")
    remark = f"there is no folder and no file {text} here, so {DOCKER_HUB} was asked" if implied else ""
    return Remote(access.session(reference), reference, remark=remark)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # too long for a path, say
        return False


def kept_base(source: BlobSource, platforms: Collection[Platform], cache: Cache) -> BlobSource:
    """An image of a registry, its layers for these platforms kept on this machine.

    Raises ConfigError for one that is not named by digest: what it is would change from day to day.
    """
    if not isinstance(source, Remote):
        return source
    if not source.reference.digest:
        digest = source.root().digest
        raise ConfigError(
            f"a base is named by its digest, not by a tag alone: {source.reference}",
            hint=f"it is {source.reference}@{digest} now",
        )
    key = canonical([source.reference.digest, sorted(map(str, platforms))])
    with cache.held("images", digest_of(key)) as (folder, made):
        if not made:
            _keep(source, platforms, Layout.create(folder))
    return Layout(folder)


def _keep(source: Remote, platforms: Collection[Platform], layout: Layout) -> None:
    root = source.root()
    layout.take(source, root)
    if root.media_type not in INDEXES:
        layout.take_all(source, root)
    else:
        for child in map(descriptor, read_document(source, root)["manifests"]):
            wanted = child.platform is not None and without_default(child.platform) in platforms
            for part in (*parts(source, child), child):
                if wanted or part.media_type in MANIFESTS or part.media_type.endswith("+json"):
                    layout.take(source, part)
    layout.point_at([root])
