from __future__ import annotations

import click

from penstock.cli.inputs import config_option, find_manifest, manifest_option, read_config
from penstock.cli.protocol import session


@click.command()
@config_option
@manifest_option
def command(config: str, manifest_path: str | None) -> None:
    """Print the streams and their schemas (CATALOG).

    \b
    Example:
      penstock discover --manifest-path manifest.yaml --config config.json
    """
    with session() as current:
        from penstock.plan.compile import compile_source
        from penstock.plan.manifest import load_manifest
        from penstock.protocol import messages
        from penstock.sync.discover import discover
        from penstock.sync.runtime import resources_for

        manifest = load_manifest(find_manifest(manifest_path))
        current.warn(manifest.warnings)
        given = read_config(config)
        with resources_for(manifest, given, log=current.printer.log, redactor=current.redactor) as using:
            streams = discover(compile_source(manifest, using))
        current.printer.message(messages.catalog(streams))
