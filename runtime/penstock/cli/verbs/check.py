from __future__ import annotations

import click

from penstock.cli.inputs import config_option, custom_code_options, manifest_option
from penstock.cli.protocol import session


@click.command()
@config_option
@manifest_option
@custom_code_options
def command(
    config: str, manifest_path: str | None, components_path: str | None, *, allow_custom_code: bool
) -> None:
    """Tell whether a configuration works (CONNECTION_STATUS).

    \b
    Example:
      penstock check --manifest-path manifest.yaml --config config.json
    """
    with (
        session() as current,
        current.opened(manifest_path, config, components_path, allow_custom_code=allow_custom_code) as (
            manifest,
            using,
        ),
    ):
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
