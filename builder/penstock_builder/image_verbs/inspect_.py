from __future__ import annotations

import json
from typing import Any

import click

from penstock.authoring import human_session
from penstock_builder.verbs.registry_options import access_of, access_options

Json = Any


@click.command(name="inspect")
@click.argument("image")
@click.option("--json", "wants_json", is_flag=True, help="JSON in place of text.")
@access_options
def command(
    image: str,
    username: str | None,
    password_env: str | None,
    *,
    wants_json: bool,
    password_stdin: bool,
    insecure: bool,
) -> None:
    """Show what IMAGE says of itself, and what is attached to it: a folder, an archive, or a name in a registry.

    No layer is read.

    \b
    Examples:
      penstock image inspect source-orders-1.2.0
      penstock image inspect --json registry.example.com/acme/source-orders:1.2.0

    Exit codes: 0 shown, 1 not readable, 2 wrong usage.
    """
    with human_session() as console:
        from penstock_builder.image.inspecting import as_text, inspect_image
        from penstock_builder.image.sources import open_source

        access = access_of(console, username, password_env, password_stdin=password_stdin, insecure=insecure)
        told = inspect_image(open_source(image, access))
        console.out.text(json.dumps(told, indent=2) + "\n" if wants_json else as_text(told))
