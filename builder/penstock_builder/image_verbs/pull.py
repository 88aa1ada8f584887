from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from penstock.authoring import human_session
from penstock_builder.verbs.registry_options import access_of, access_options

if TYPE_CHECKING:
    from penstock_builder.image.outputs import Format


@click.command()
@click.argument("name")
@click.option("-o", "--output", type=click.Path(), metavar="PATH", help="Where to put it; by default here.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["oci", "oci-archive", "docker-archive"]),
    default="oci",
    show_default=True,
    help="A folder in the OCI layout, a file of it, or a file for `docker load` (this machine's platform).",
)
@access_options
def command(
    name: str,
    output: str | None,
    format_: str,
    username: str | None,
    password_env: str | None,
    *,
    password_stdin: bool,
    insecure: bool,
) -> None:
    """Pull the image NAME of a registry, all its platforms and what is attached to it. Every digest is verified.

    \b
    Examples:
      penstock image pull registry.example.com/acme/source-orders:1.2.0
      penstock image pull localhost:5000/acme/source-orders:1.2.0 --format oci-archive -o orders.tar

    Exit codes: 0 pulled, 1 not pulled, 2 wrong usage.
    """
    with human_session() as console:
        from penstock_builder.image.layout import Layout
        from penstock_builder.image.outputs import beside, bring, default_output, hand_over
        from penstock_builder.image.reference import parse_reference
        from penstock_builder.image.registry import Remote

        started = time.monotonic()
        access = access_of(console, username, password_env, password_stdin=password_stdin, insecure=insecure)
        reference = parse_reference(name)
        kind = cast("Format", format_)
        version = reference.tag or reference.digest.removeprefix("sha256:")[:12]
        target = Path(output) if output else default_output(reference.repository, version, kind)
        with beside(target, kind) as folder:
            layout = Layout.create(folder)
            root = bring(
                Remote(access.session(reference), reference), layout, f"{reference.repository}:{version}"
            )
            hand_over(layout, target, kind, 0)
        console.err.text(f"{target}: {root.digest}, {time.monotonic() - started:.1f} s\n")
