"""From a manifest's folder to a zip or a wheel, of the same files that an image takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from penstock.authoring import Diagnostic, ManifestError, Reading, read_manifest
from penstock_builder.image.connector import Connector, collect, custom_code
from penstock_builder.image.epoch import Epoch, epoch_of
from penstock_builder.image.gates import Checks, Gate, pass_gates
from penstock_builder.image.metadata import Metadata, metadata_of
from penstock_builder.package.archive import write_archive
from penstock_builder.package.wheel import write_wheel


@dataclass(frozen=True, slots=True)
class PackageInputs:
    """What a package is made of. The same inputs give the same bytes, wherever it is made.

    Name and version are by default those of the `metadata.yaml` beside the manifest. `epoch` is in seconds since
    1970, by default as `epoch_of` tells. A wheel of a manifest with Python of its own is made only where
    `allow_custom_code` says so: its command then runs that Python without asking. The secrets of `config` must not be
    in it; `waived` are checks that may find something.
    """

    manifest: Path
    name: str | None = None
    version: str | None = None
    masking: Path | None = None
    epoch: int | None = None
    allow_custom_code: bool = False
    config: Path | None = None
    waived: frozenset[Gate] = frozenset()


@dataclass(frozen=True, slots=True)
class Package:
    """A file to be: its name, its bytes, and notes for the user, none of them an error."""

    file: str
    data: bytes
    notes: tuple[str, ...] = ()


def make_zip(inputs: PackageInputs) -> Package:
    """The connector's files as the layer of an image has them. Raises ManifestError and ConfigError."""
    _, metadata, connector, epoch, notes = _gathered(inputs)
    return Package(
        f"{metadata.command}-{metadata.version}.zip",
        write_archive(connector.files(), epoch.seconds),
        notes,
    )


def make_wheel(inputs: PackageInputs) -> Package:
    """A wheel with the command `source-…`. Raises ManifestError and ConfigError."""
    reading, metadata, connector, epoch, notes = _gathered(inputs)
    code = custom_code(reading.tree)
    if code and not inputs.allow_custom_code:
        raise ManifestError(
            [
                Diagnostic(
                    "custom-code-not-allowed",
                    f"{part.type_name} names Python, which the wheel's command would run without asking",
                    part.span,
                    "read it, then give --allow-custom-code",
                )
                for part in code
            ]
        )
    databases = reading.tree is not None and any(reading.tree.find("SqlRetriever"))
    file, data = write_wheel(
        metadata.command,
        metadata.version,
        list(connector.files()),
        epoch.seconds,
        summary=f"Reads {metadata.title} and speaks the Airbyte protocol.",
        license_name=metadata.license,
        extras=["postgres"] if databases else [],
        allow_custom_code=bool(code),
    )
    return Package(file, data, notes)


def _gathered(inputs: PackageInputs) -> tuple[Reading, Metadata, Connector, Epoch, tuple[str, ...]]:
    """All of a package, passed by the checks that an image passes; and notes."""
    reading = read_manifest(inputs.manifest)
    if not reading.can_run:
        raise ManifestError(reading.found)
    metadata = metadata_of(reading, inputs.name, inputs.version)
    connector = collect(inputs.manifest, reading, inputs.masking, metadata.text)
    epoch = epoch_of(reading.folder) if inputs.epoch is None else Epoch(inputs.epoch)
    checks = Checks(inputs.config, inputs.waived, inputs.allow_custom_code)
    passed = pass_gates(reading, inputs.manifest, dict(connector.files()), checks)
    notes = (*passed.notes, epoch.note) if epoch.note else passed.notes
    return reading, metadata, connector, epoch, notes
