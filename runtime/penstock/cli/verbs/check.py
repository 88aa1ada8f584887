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
    """Tell whether a configuration works (CONNECTION_STATUS).

    \b
    Example:
      penstock check --manifest-path manifest.yaml --config config.json
    """
    from penstock.errors import PenstockError
    from penstock.plan.compile import compile_check
    from penstock.protocol import messages
    from penstock.sync.check import CheckResult, check

    try:
        result = check(compile_check(manifest, using))
    except PenstockError as error:
        result = CheckResult(succeeded=False, reason=str(error))
    if result.succeeded:
        current.printer.log("INFO", "Check succeeded")
    else:
        current.printer.log("ERROR", "Check failed")
    current.printer.message(messages.connection_status(result.succeeded, result.reason))
