from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from penstock.authoring import ConfigError, Console, human_session, masking_option, read_manifest

if TYPE_CHECKING:
    from penstock_builder.image.build import Flavour
    from penstock_builder.image.gates import Gate
    from penstock_builder.image.outputs import Format
    from penstock_builder.image.release import Released


@click.command()
@click.argument("manifest", type=click.Path())
@click.option(
    "-t", "--tag", metavar="NAME:VERSION", help="The image's name; by default that of metadata.yaml."
)
@click.option("-o", "--output", type=click.Path(), metavar="PATH", help="Where to put it; by default here.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["oci", "oci-archive", "docker-archive"]),
    default="oci",
    show_default=True,
    help="A folder in the OCI layout, a file of it, or a file for `docker load` (one platform).",
)
@click.option(
    "--platform",
    "platforms",
    multiple=True,
    metavar="OS/ARCH",
    help="By default linux/amd64 and linux/arm64.",
)
@click.option(
    "--flavour",
    type=click.Choice(["penstock", "airbyte"]),
    default="penstock",
    show_default=True,
    help="Our runtime, or Airbyte's base with the files where it reads them.",
)
@click.option(
    "--base", metavar="IMAGE", help="A layout, an archive, or NAME@DIGEST in a registry; by default ours."
)
@click.option(
    "--config",
    type=click.Path(),
    metavar="FILE",
    help="A configuration whose secrets must not be in the image.",
)
@click.option(
    "--waive",
    multiple=True,
    type=click.Choice(["secrets", "lint", "tests"]),
    help="Build in spite of what this check finds; the image's provenance tells.",
)
@click.option(
    "--wheels", type=click.Path(), metavar="FOLDER", help="Take the libraries from here, not the index."
)
@click.option(
    "--no-bytecode", is_flag=True, help="Compile nothing: for a base whose Python does not run here."
)
@click.option(
    "--dockerfile", is_flag=True, help="Build nothing that stays; print a Dockerfile of much the same image."
)
@click.option("--insecure", is_flag=True, help="Let the base's registry be met over HTTP.")
@click.option(
    "--allow-custom-code", is_flag=True, help="Run the connector's own Python in its tests: read it first."
)
@masking_option
def command(
    manifest: str,
    tag: str | None,
    output: str | None,
    format_: str,
    platforms: tuple[str, ...],
    flavour: str,
    base: str | None,
    config: str | None,
    waive: tuple[str, ...],
    wheels: str | None,
    masking: str | None,
    *,
    no_bytecode: bool,
    dockerfile: bool,
    insecure: bool,
    allow_custom_code: bool,
) -> None:
    """Make the image of MANIFEST: the same bytes on every machine, without a daemon and without root.

    Nothing is made when a secret of --config or of the environment stands in a file, in the image or in the folder's
    git history, when the linter finds an error, or when a recorded case fails.

    \b
    Examples:
      penstock image build manifest.yaml -t acme/source-orders:1.2.0
      penstock image build manifest.yaml -t acme/source-orders:1.2.0 --config secrets/config.json
      penstock image build manifest.yaml -t acme/source-orders:1.2.0 --format oci-archive -o orders.tar
      penstock image build manifest.yaml -t acme/source-orders:1.2.0 --platform linux/amd64 --format docker-archive
      penstock image build manifest.yaml -t acme/source-orders:1.2.0 --dockerfile > Dockerfile

    Exit codes: 0 made, 1 refused or not made, 2 wrong usage.
    """
    with human_session() as console:
        from penstock_builder.image.build import PLATFORMS, BuildInputs
        from penstock_builder.image.cache import Cache
        from penstock_builder.image.dockerfile import dockerfile_of
        from penstock_builder.image.gates import Checks
        from penstock_builder.image.metadata import metadata_of
        from penstock_builder.image.outputs import beside, default_output, hand_over, platform_of
        from penstock_builder.image.release import release
        from penstock_builder.image.sources import Access, kept_base, open_source

        if wheels is not None and not Path(wheels).is_dir():
            raise ConfigError(f"there is no folder {wheels} to take libraries from")
        path = Path(manifest) / "manifest.yaml" if Path(manifest).is_dir() else Path(manifest)
        name, version = _named(tag)
        known = metadata_of(read_manifest(path), name, version)
        kind = cast("Format", format_)
        target = Path(output) if output else default_output(known.repository, known.version, kind)
        cache = Cache.default()
        wanted = tuple(map(platform_of, platforms)) or PLATFORMS
        found = open_source(base, Access(insecure=insecure)) if base else None
        inputs = BuildInputs(
            path,
            name,
            version,
            wanted,
            cast("Flavour", flavour),
            None if found is None else kept_base(found, wanted, cache),
            Path(masking) if masking else None,
            wheels=Path(wheels) if wheels else None,
            bytecode=not no_bytecode,
        )
        waived = frozenset(cast("tuple[Gate, ...]", waive))
        checks = Checks(Path(config) if config else None, waived, allow_custom_code)
        with beside(target, kind) as folder:
            released = release(inputs, checks, folder, cache)
            if dockerfile:
                console.out.text(dockerfile_of(inputs, released.built, base))
            else:
                hand_over(released.built.layout, target, kind, released.built.epoch)
        _tell(console, released, None if dockerfile else target)


def _named(tag: str | None) -> tuple[str | None, str | None]:
    """Name and version of `-t`; each may be left to metadata.yaml."""
    if tag is None:
        return None, None
    name, colon, version = tag.rpartition(":")
    return (name or None, version) if colon else (tag, None)


def _tell(console: Console, released: Released, target: Path | None) -> None:
    built = released.built
    for note in released.notes:
        console.err.text(f"note: {note}\n")
    for gate, problems in released.waivers.items():
        console.err.text(f"waived: {gate} ({problems} found); the provenance tells\n")
    for platform, image in built.images.items():
        console.err.text(f"{platform}: {image.size / 1e6:.1f} MB\n")
    where = f" in {target}" if target else ""
    console.err.text(
        f"{built.reference}{where}: {built.digest}\n"
        f"connector layer {built.connector_size / 1000:.1f} KB, {len(released.attached)} documents attached, "
        f"{built.seconds:.1f} s, with all checks {released.seconds:.1f} s\n"
    )
