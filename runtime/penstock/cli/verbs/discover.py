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
    """Print the streams and their schemas (CATALOG).

    \b
    Example:
      penstock discover --manifest-path manifest.yaml --config config.json
    """
    with (
        session() as current,
        current.opened(manifest_path, config, components_path, allow_custom_code=allow_custom_code) as (
            manifest,
            using,
        ),
    ):
        from penstock.plan.compile import compile_source
        from penstock.protocol import messages
        from penstock.sync.discover import discover

        current.printer.message(messages.catalog(discover(compile_source(manifest, using))))
