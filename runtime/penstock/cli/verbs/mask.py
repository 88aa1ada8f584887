from __future__ import annotations

import click

from penstock.cli import mask
from penstock.cli.folder import Folder


class _Commands(Folder):
    """Finds `penstock mask COMMAND` in `cli/mask/COMMAND.py`."""

    package = mask.__name__


@click.command(cls=_Commands, short_help="Write, check and try out masking policies.")
def command() -> None:
    """Write, check and try out masking policies: what becomes of personal data when a connector runs.

    \b
    Examples:
      penstock mask init manifest.yaml --config config.json --out policy.yaml
      penstock mask check manifest.yaml --masking policy.yaml
      penstock mask preview manifest.yaml --masking policy.yaml --config config.json
      penstock sync manifest.yaml --config config.json --to warehouse.duckdb --masking policy.yaml
    """
