"""The layer of a connector: its manifest and what lies beside it that a run needs, and nothing else of the folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from penstock.authoring import (
    PACKAGED_POLICY,
    ConfigError,
    Diagnostic,
    Diagnostics,
    ManifestError,
    Placed,
    Reading,
    load_policy,
    policy_at,
)
from penstock_builder.image.config import HOME
from penstock_builder.image.layers import Entry
from penstock_builder.image.layout import digest_of

MANIFEST_FOLDER = f"{HOME}/source_declarative_manifest"
"""Where Airbyte's entry point and ours look for `manifest.yaml` and `components.py`."""

MASKING = f"{MANIFEST_FOLDER}/{PACKAGED_POLICY}"


@dataclass(frozen=True, slots=True)
class Connector:
    """What becomes the layer. Files are pairs of a path, relative to the manifest's folder, and bytes.

    `schemas` are the files that JsonFileSchemaLoader may read. `masking` is a policy in a file of its own;
    `masking_digest` is of what the policy says, wherever it is written, and empty where there is none.
    """

    manifest: bytes
    components: bytes | None
    schemas: tuple[tuple[str, bytes], ...]
    masking: bytes | None
    masking_digest: str
    metadata: bytes

    @property
    def manifest_digest(self) -> str:
        """Of the manifest as it is written."""
        return digest_of(self.manifest)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Path and bytes of each file, as they lie beside each other in one folder."""
        yield "manifest.yaml", self.manifest
        if self.components is not None:
            yield "components.py", self.components
        yield from self.schemas
        if self.masking is not None:
            yield PACKAGED_POLICY, self.masking
        yield "metadata.yaml", self.metadata

    def entries(self, schemas_in: str) -> Iterator[Entry]:
        """The files of the layer; `schemas_in` is the folder that schema files are relative to."""
        schemas = {name for name, _ in self.schemas}
        for name, data in self.files():
            elsewhere = (
                schemas_in if name in schemas else HOME if name == "metadata.yaml" else MANIFEST_FOLDER
            )
            yield Entry(f"{elsewhere}/{name}".lstrip("/"), data)


def collect(manifest: Path, reading: Reading, masking: Path | None, metadata: bytes) -> Connector:
    """Gather what a connector needs. Raises ManifestError where its manifest asks for code that is not beside it."""
    folder = manifest.resolve().parent
    components = folder / "components.py"
    require_inside(components, folder)
    code = read_file(components, "Python") if components.is_file() else None
    if code is None:
        _require_no_code(reading.tree)
    return Connector(
        read_file(manifest, "manifest"),
        code,
        tuple(_schemas(folder, reading.tree)),
        None if masking is None else read_file(masking, "masking policy"),
        _policy_digest(reading, masking),
        metadata,
    )


def custom_code(tree: Placed | None) -> list[Placed]:
    """The components that are Python of the connector's own."""
    return [] if tree is None else [part for part in tree.walk() if part.get("class_name") is not None]


def read_file(path: Path, what: str) -> bytes:
    """The bytes of a file. Raises ConfigError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read the {what} {path}: {error.strerror}") from None


def require_inside(path: Path, folder: Path) -> None:
    """Raise ConfigError for a link out of the manifest's folder: it could bring along any file of the machine."""
    if not path.resolve().is_relative_to(folder):
        raise ConfigError(f"the file {path.name} lies outside of the manifest's folder")


def _policy_digest(reading: Reading, masking: Path | None) -> str:
    """As runs tell of it. Raises ManifestError for a policy that does not read."""
    written = reading.policy
    own = None if written is None else policy_at(written, Diagnostics())
    policy = own if masking is None else load_policy(masking)
    return "" if policy is None else f"sha256:{policy.digest}"


def _require_no_code(tree: Placed | None) -> None:
    found: Sequence[Diagnostic] = [
        Diagnostic(
            "custom-code-missing",
            f"{part.type_name} names Python that is not beside the manifest",
            part.span,
            "an image takes it from a components.py in the manifest's folder",
        )
        for part in custom_code(tree)
    ]
    if found:
        raise ManifestError(found)


def _schemas(folder: Path, tree: Placed | None) -> Iterator[tuple[str, bytes]]:
    """Files in `schemas/`, here or in a package of the connector, and those that the manifest names plainly."""
    found = {*folder.glob("schemas/**/*.json"), *folder.glob("source_*/schemas/**/*.json")}
    for loader in () if tree is None else tree.find("JsonFileSchemaLoader"):
        named = loader.get("file_path")
        if named is not None and "{" not in str(named.value):
            found.add(folder / str(named.value).lstrip("/").removeprefix("./"))
    for path in sorted(path for path in found if path.is_file()):
        require_inside(path, folder)
        yield path.relative_to(folder).as_posix(), read_file(path, "schema")
