from __future__ import annotations

import click

from penstock.cli.inputs import (
    config_option,
    find_class_in,
    find_manifest,
    manifest_options,
    masking_option,
    read_config,
    read_json,
)
from penstock.cli.protocol import session


@click.command()
@config_option
@click.option(
    "--catalog", type=click.Path(), required=True, metavar="FILE", help="The configured catalog, a JSON file."
)
@click.option("--state", type=click.Path(), metavar="FILE", help="The state of the last read, a JSON file.")
@masking_option
@manifest_options
def command(
    config: str,
    catalog: str,
    state: str | None,
    masking: str | None,
    manifest_path: str | None,
    components_path: str | None,
    *,
    allow_custom_code: bool,
) -> None:
    """Read streams (RECORD, STATE and TRACE).

    \b
    Example:
      penstock read --manifest-path manifest.yaml --config config.json \\
        --catalog catalog.json --state state.json
    """
    with session() as current:
        from penstock.plan.manifest import load_manifest
        from penstock.protocol.catalog import parse_configured
        from penstock.protocol.state import parse_state
        from penstock.sync.protocol_read import read_to_protocol

        path = find_manifest(manifest_path)
        find_class = find_class_in(path, components_path, allow_custom_code=allow_custom_code)
        manifest = load_manifest(path, find_class=find_class, masking=masking)
        current.warn(manifest.warnings)
        read_to_protocol(
            manifest,
            read_config(config),
            parse_configured(read_json(catalog, "catalog")),
            parse_state(read_json(state, "state")) if state else {},
            current.printer,
            current.redactor,
            current.saver(config),
        )
