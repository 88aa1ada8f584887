from __future__ import annotations

import json

import click

from penstock.cli.console import human_session


@click.command()
def command() -> None:
    """Print the JSON Schema of a manifest, for editors.

    \b
    Example (yaml-language-server):
      penstock schema > penstock.schema.json
      # then begin a manifest with
      # yaml-language-server: $schema=penstock.schema.json
    """
    with human_session() as console:
        from penstock.registry.schema import manifest_schema

        console.out.text(json.dumps(manifest_schema(), indent=2, ensure_ascii=False) + "\n")
