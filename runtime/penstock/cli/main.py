"""`penstock`: the command, its verbs loaded when they are called."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Sequence

import click

from penstock import cli
from penstock._version import __version__
from penstock.cli.folder import Folder
from penstock.errors import DestinationError

MORE_VERBS = "penstock.verbs"
"""The group of entry points by which other packages add verbs; those of `cli/verbs/` come first."""


class _Verbs(Folder):
    """Finds `penstock VERB` in `cli/verbs/VERB.py`; else among the entry points."""

    package = f"{cli.__name__}.verbs"

    def list_commands(self, ctx: click.Context) -> list[str]:
        from importlib.metadata import entry_points

        own = super().list_commands(ctx)
        return sorted({*own, *(point.name for point in entry_points(group=MORE_VERBS))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        from importlib.metadata import entry_points

        for point in entry_points(group=MORE_VERBS, name=cmd_name):
            added: click.Command = point.load()
            return added
        return None


@click.command(
    cls=_Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog='Completion: eval "$(_PENSTOCK_COMPLETE=bash_source penstock)"',
)
@click.version_option(__version__, message="penstock %(version)s")
def penstock() -> None:
    """Declarative connectors, private by default.

    A YAML manifest describes a source; penstock reads it into DuckDB, or into Airbyte protocol messages.

    \b
    Examples:
      penstock sync manifest.yaml --config config.json --to warehouse.duckdb
      penstock check --manifest-path manifest.yaml --config config.json
      penstock lint manifest.yaml
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exits with 0 for success, 1 for failure, 2 for wrong usage."""
    settle()
    try:
        penstock.main(args=None if arguments is None else list(arguments), prog_name="penstock")
    except DestinationError as error:  # what tells of failures could not be written either
        _told(str(error))
    except OSError as error:
        _told(f"cannot write the output: {error.strerror}")


def _told(failure: str) -> None:
    """End with the failure on standard error, where that is there."""
    from penstock.masking.exits import stderr
    from penstock.masking.redactor import Redactor

    with contextlib.suppress(DestinationError, OSError):
        stderr(Redactor()).text(f"error: {failure}\n")
    sys.exit(1)


def settle() -> None:
    """Tune this process for a run: records are trees, and Python by default walks them too often for garbage."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
