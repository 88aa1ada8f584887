from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from penstock.cli.inputs import (
    config_saver,
    custom_code_options,
    find_class_in,
    masking_option,
    read_config,
)


@click.command()
@click.argument("manifest", type=click.Path())
@click.option("--config", type=click.Path(), metavar="FILE", help="The configuration, a JSON file.")
@click.option(
    "--to", "path", type=click.Path(), required=True, metavar="FILE", help="The DuckDB file; made if missing."
)
@click.option("--streams", default="", metavar="A,B", help="Only these streams; all by default.")
@click.option(
    "--mode",
    type=click.Choice(["overwrite", "append", "append_dedup"]),
    help="How rows are added. By default a stream with a cursor is merged by primary key (append_dedup), or appended "
    "where it has none, and any other stream is replaced (overwrite).",
)
@click.option(
    "--full-refresh", is_flag=True, help="Forget what was synced before; read all and replace the tables."
)
@masking_option
@custom_code_options
def command(
    manifest: str,
    config: str | None,
    path: str,
    streams: str,
    mode: Any,
    masking: str | None,
    components_path: str | None,
    *,
    full_refresh: bool,
    allow_custom_code: bool,
) -> None:
    """Load a manifest's streams into DuckDB. Run again, it reads only what is new.

    Rows and state are committed together: a sync that is stopped, or killed, goes on where it was. Where an API gives
    out refresh tokens that are good only once, the new ones are saved in the config file.

    \b
    Examples:
      penstock sync manifest.yaml --config config.json --to warehouse.duckdb
      penstock sync manifest.yaml --config config.json --to warehouse.duckdb --streams orders,customers
      penstock sync manifest.yaml --config config.json --to warehouse.duckdb --full-refresh
      penstock sync manifest.yaml --config config.json --to warehouse.duckdb --masking policy.yaml

    Exit codes: 0 all is synced, 1 a stream is incomplete or nothing could start, 2 wrong usage.
    """
    from penstock.cli.console import human_session

    kept = "what was committed is safe, and the next sync goes on from there"
    with human_session(after_interrupt=kept) as console:
        from penstock.diagnostics import told_briefly
        from penstock.plan.manifest import load_manifest
        from penstock.sync.to_duckdb import sync_to_duckdb

        find_class = find_class_in(manifest, components_path, allow_custom_code=allow_custom_code)
        loaded = load_manifest(manifest, find_class=find_class, masking=masking)
        for text in told_briefly(loaded.warnings):
            console.log("WARN", text)
        with console.progress() as watch:
            result = sync_to_duckdb(
                loaded,
                read_config(config) if config else {},
                Path(path),
                log=console.log,
                redactor=console.redactor,
                streams=[name.strip() for name in streams.split(",") if name.strip()],
                mode=mode,
                full_refresh=full_refresh,
                watch=watch,
                config_changed=config_saver(config),
            )
        console.summary(result, path)
        if result.failures:
            sys.exit(1)
