from __future__ import annotations

import click

from penstock.authoring import Folder
from penstock_builder import image_verbs


class _Commands(Folder):
    """Finds `penstock image COMMAND` in `image_verbs/COMMAND.py`."""

    package = image_verbs.__name__


@click.command(cls=_Commands, short_help="Make connector images without Docker, and push them.")
def command() -> None:
    """Make connector images without Docker, and bring them to registries and back.

    \b
    Examples:
      penstock image build manifest.yaml -t acme/source-orders:1.2.0
      penstock image push source-orders-1.2.0 registry.example.com/acme/source-orders:1.2.0
      penstock image inspect registry.example.com/acme/source-orders:1.2.0
      penstock image verify registry.example.com/acme/source-orders:1.2.0
      penstock image run source-orders-1.2.0 spec
    """
