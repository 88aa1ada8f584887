from __future__ import annotations

import click

from penstock.cli.inputs import find_manifest, manifest_options
from penstock.cli.protocol import session


@click.command()
@manifest_options
def command(manifest_path: str | None, components_path: str | None, *, allow_custom_code: bool) -> None:
    """Print what a user configures (SPEC). Custom code needs no leave for it: none of it is run.

    \b
    Example:
      penstock spec --manifest-path manifest.yaml
    """
    with session() as current:
        from penstock.custom.library import Library
        from penstock.errors import ConfigError
        from penstock.plan.manifest import load_manifest
        from penstock.protocol import messages

        manifest = load_manifest(find_manifest(manifest_path), find_class=Library.beside(".", None))
        if manifest.source.spec is None:
            raise ConfigError("the manifest has no `spec`", hint="add one, with a `connection_specification`")
        current.printer.message(messages.spec(manifest.source.spec.message()))
