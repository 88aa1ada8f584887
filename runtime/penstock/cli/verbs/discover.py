from __future__ import annotations

from typing import TYPE_CHECKING

import click

from penstock.cli.protocol import Session, on_source

if TYPE_CHECKING:
    from penstock.plan.manifest import Manifest
    from penstock.records.resources import Resources


@click.command()
@on_source
def command(current: Session, manifest: Manifest, using: Resources) -> None:
    """Print the streams and their schemas (CATALOG).

    \b
    Example:
      penstock discover --manifest-path manifest.yaml --config config.json
    """
    from penstock.plan.compile import compile_source
    from penstock.protocol import messages
    from penstock.sync.discover import discover

    current.printer.message(messages.catalog(discover(compile_source(manifest, using))))
