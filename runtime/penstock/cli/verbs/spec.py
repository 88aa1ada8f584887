from __future__ import annotations

import click

from penstock.cli.inputs import find_manifest, manifest_option
from penstock.cli.protocol import session


@click.command()
@manifest_option
def command(manifest_path: str | None) -> None:
    """Print what a user configures (SPEC).

    \b
    Example:
      penstock spec --manifest-path manifest.yaml
    """
    with session() as current:
        from penstock.errors import ConfigError
        from penstock.plan.manifest import load_manifest
        from penstock.protocol import messages

        manifest = load_manifest(find_manifest(manifest_path))
        if manifest.source.spec is None:
            raise ConfigError("the manifest has no `spec`", hint="add one, with a `connection_specification`")
        current.printer.message(messages.spec(manifest.source.spec.message()))
