from __future__ import annotations

import sys
from pathlib import Path

import click

from penstock.authoring import ConfigError, human_session, read_manifest
from penstock_builder.diff import diff
from penstock_builder.diff.output import as_json, as_markdown, as_text


@click.command(short_help="Show what a change of a manifest means, and its version.")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.option(
    "--masking-old", type=click.Path(), metavar="FILE", help="The masking policy that OLD runs with."
)
@click.option(
    "--masking-new", type=click.Path(), metavar="FILE", help="The masking policy that NEW runs with."
)
@click.option("--json", "wants_json", is_flag=True, help="JSON in place of text.")
@click.option("--markdown", "wants_markdown", is_flag=True, help="Markdown, for a pull request.")
@click.option("--exit-code", "tells_breaking", is_flag=True, help="End with 1 where a change is breaking.")
def command(
    old: str,
    new: str,
    masking_old: str | None,
    masking_new: str | None,
    *,
    wants_json: bool,
    wants_markdown: bool,
    tells_breaking: bool,
) -> None:
    """Show what changes in meaning from the manifest OLD to the manifest NEW, and the version to give.

    Fields that are no longer masked come first; then, for each stream, what becomes of saved state, of the schema, of
    masks and of requests. How a manifest is written does not count. What may be a secret is not shown.

    \b
    Examples:
      penstock diff released.yaml manifest.yaml
      penstock diff --markdown released.yaml manifest.yaml > comment.md
      penstock diff --exit-code --masking-old old-policy.yaml --masking-new policy.yaml released.yaml manifest.yaml

    Exit codes: 0 compared, 1 a manifest cannot be read (with --exit-code: or a change is breaking), 2 wrong usage.
    """
    if wants_json and wants_markdown:
        raise click.UsageError("--json and --markdown do not go together")
    with human_session() as console:
        readings = read_manifest(old), read_manifest(new)
        for reading in readings:
            if reading.tree is None:
                console.diagnostics(reading.found, Path(reading.file))
        if any(reading.tree is None for reading in readings):
            raise ConfigError("there is a manifest that cannot be read, so nothing was compared")
        found = diff(*readings, masking_old=masking_old, masking_new=masking_new)
        as_wanted = as_json if wants_json else as_markdown if wants_markdown else as_text
        console.out.text(as_wanted(found))
        for reading in readings:
            errors = [problem for problem in reading.found if problem.severity == "error"]
            if errors:
                console.err.text(
                    f"{reading.file} has errors: what does not read was left out; see penstock lint\n"
                )
    if tells_breaking and found.breaking:
        sys.exit(1)
