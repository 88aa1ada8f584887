from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from penstock.authoring import ConfigError, counted, human_session, masking_option
from penstock_builder.image.gates import Gate
from penstock_builder.package.build import Package, PackageInputs, make_wheel, make_zip


@click.command(short_help="Make one file of a connector: a zip, or a wheel.")
@click.argument("manifest", type=click.Path())
@click.option("--wheel", "wants_wheel", is_flag=True, help="A wheel, whose command is the connector.")
@click.option("--zip", "wants_zip", is_flag=True, help="A zip of the files that an image has.")
@click.option("-o", "--output", default="dist", metavar="DIR", help="Where to write; dist by default.")
@click.option("--name", help="Such as acme/source-orders; by default that of metadata.yaml.")
@click.option("--version", help="Such as 1.2.0; by default that of metadata.yaml.")
@click.option(
    "--config",
    type=click.Path(),
    metavar="FILE",
    help="A configuration whose secrets must not be in the package.",
)
@click.option(
    "--waive",
    multiple=True,
    type=click.Choice(["secrets", "lint", "tests"]),
    help="Make it in spite of what this check finds.",
)
@masking_option
@click.option(
    "--allow-custom-code",
    is_flag=True,
    help="Make a wheel although the manifest names Python: its command runs that Python without asking.",
)
def command(
    manifest: str,
    output: str,
    name: str | None,
    version: str | None,
    config: str | None,
    waive: tuple[str, ...],
    masking: str | None,
    *,
    wants_wheel: bool,
    wants_zip: bool,
    allow_custom_code: bool,
) -> None:
    """Make one file of a connector, for where there are no containers: a wheel, or a zip.

    MANIFEST is a file, or a folder with a manifest.yaml. The wheel needs this version of Penstock where it is installed,
    and gives a command such as source-orders, which speaks the Airbyte protocol: spec, check, discover and read.

    Nothing is made when a secret of --config or of the environment stands in a file or in the folder's git history, when
    the linter finds an error, or when a recorded case fails.

    The same inputs give the same bytes. They are dated by SOURCE_DATE_EPOCH, else by the last commit of the folder.

    \b
    Examples:
      penstock package manifests/orders --wheel --name acme/source-orders --version 1.2.0
      penstock package manifests/orders --wheel --zip -o packages
      pip install dist/source_orders-1.2.0-py3-none-any.whl && source-orders spec

    Exit codes: 0 made, 1 not made, 2 wrong usage.
    """
    if not (wants_wheel or wants_zip):
        raise click.UsageError("give --wheel, --zip or both")
    path = Path(manifest)
    inputs = PackageInputs(
        path / "manifest.yaml" if path.is_dir() else path,
        name,
        version,
        None if masking is None else Path(masking),
        allow_custom_code=allow_custom_code,
        config=None if config is None else Path(config),
        waived=frozenset(cast("tuple[Gate, ...]", waive)),
    )
    with human_session() as console:
        made = [make(inputs) for make, wanted in ((make_wheel, wants_wheel), (make_zip, wants_zip)) if wanted]
        for package in made:
            file = _write(package, Path(output))
            console.out.text(f"{file}\n")
            console.err.text(f"{file.name}: {counted(len(package.data), 'byte')}\n")
        for note in dict.fromkeys(note for package in made for note in package.notes):
            console.err.text(f"note: {note}\n")


def _write(package: Package, folder: Path) -> Path:
    file = folder / package.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(package.data)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from None
    return file
