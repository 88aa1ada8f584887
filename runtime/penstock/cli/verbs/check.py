from __future__ import annotations

import click

from penstock.cli.inputs import config_option, find_manifest, manifest_option, read_config
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
    with session() as current:
        from penstock.errors import ConfigError
        from penstock.plan.compile import compile_source
        from penstock.plan.manifest import load_manifest
        from penstock.protocol import messages
        from penstock.sync.check import CheckResult, check
        from penstock.sync.runtime import resources_for

        manifest = load_manifest(find_manifest(manifest_path))
        current.warn(manifest.warnings)
        given = read_config(config)
        with resources_for(manifest, given, log=current.printer.log, redactor=current.redactor) as using:
            try:
                plan = compile_source(manifest, using)
            except ConfigError as error:
                result = CheckResult(succeeded=False, reason=str(error))
            else:
                result = check(plan)
        current.printer.log(
            "INFO" if result.succeeded else "ERROR", "Check succeeded" if result.succeeded else "Check failed"
        )
        current.printer.message(messages.connection_status(result.succeeded, result.reason))
