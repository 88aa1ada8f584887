from __future__ import annotations

import sys
from pathlib import Path

import click

from penstock.cli.console import counted, human_session


@click.command()
@click.argument("manifests", nargs=-1, required=True, type=click.Path())
def command(manifests: tuple[str, ...]) -> None:
    """Show every problem of MANIFESTS, each with its place and a hint.

    \b
    Example:
      penstock lint manifest.yaml

    Exit codes: 0 no error, 1 an error that stops the manifest from running.
    """
    with human_session() as console:
        from penstock.errors import ManifestError
        from penstock.plan.manifest import load_manifest

        errors = warnings = 0
        for path in manifests:
            try:
                found = load_manifest(path).warnings
            except ManifestError as error:
                found = error.diagnostics
            console.diagnostics(found, Path(path))
            errors += sum(d.severity == "error" for d in found)
            warnings += sum(d.severity == "warning" for d in found)
        console.err.text(f"{counted(errors, 'error')}, {counted(warnings, 'warning')}\n")
    if errors:
        sys.exit(1)
