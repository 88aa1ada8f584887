from __future__ import annotations

import click

from penstock.cli.inputs import config_option, manifest_option
from penstock.cli.protocol import session


@click.command()
@config_option
@manifest_option
def command(config: str, manifest_path: str | None) -> None:
    """Tell whether a configuration works (CONNECTION_STATUS).

    \b
    Example:
      penstock check --manifest-path manifest.yaml --config config.json
    """
    with session() as current, current.opened(manifest_path, config) as (manifest, using):
        from penstock.errors import ConfigError
        from penstock.plan.compile import compile_source
        from penstock.protocol import messages
        from penstock.sync.check import CheckResult, check

        try:
            result = check(compile_source(manifest, using))
        except ConfigError as error:
            result = CheckResult(succeeded=False, reason=str(error))
        if result.succeeded:
            current.printer.log("INFO", "Check succeeded")
        else:
            current.printer.log("ERROR", "Check failed")
        current.printer.message(messages.connection_status(result.succeeded, result.reason))
