from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from penstock.cli.inputs import config_saver, custom_code_options, find_class_in, masking_option, read_config

if TYPE_CHECKING:
    from penstock.cli.console import Console
    from penstock.sync.mask_check import Finding


@click.command()
@click.argument("manifest", type=click.Path())
@masking_option
@click.option(
    "--config",
    type=click.Path(),
    metavar="FILE",
    help="The configuration, a JSON file. Without it nothing is sent, and streams that only the API can tell are noted.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Text goes to standard error, json to standard output.",
)
@custom_code_options
def command(
    manifest: str,
    masking: str | None,
    config: str | None,
    format_: str,
    components_path: str | None,
    *,
    allow_custom_code: bool,
) -> None:
    """Tell whether a policy covers every field of MANIFEST, and what else in it may not be meant.

    No records are read, and the policy's keys need not be at hand. A field that no rule and no class covers is an
    error; a rule that meets no field, a masked cursor and a mask that makes primary keys equal are warnings.

    \b
    Examples:
      penstock mask check manifest.yaml --masking policy.yaml
      penstock mask check manifest.yaml --masking policy.yaml --config config.json
      penstock mask check manifest.yaml --masking policy.yaml --format json

    Exit codes: 0 no error, 1 an error, 2 wrong usage.
    """
    from penstock.cli.console import human_session

    with human_session() as console:
        from penstock.errors import ManifestError
        from penstock.plan.manifest import load_manifest
        from penstock.sync.mask_check import Finding, check_masking, policy_text

        find_class = find_class_in(manifest, components_path, allow_custom_code=allow_custom_code)
        try:
            loaded = load_manifest(manifest, find_class=find_class)
            given = read_config(config) if config else None
            text = policy_text(masking, manifest)
            found = check_masking(loaded, text, given, console.redactor, config_saver(config))
        except ManifestError as error:
            found = [Finding(diagnostic) for diagnostic in error.diagnostics]
        _tell(console, found, format_)
        if any(finding.diagnostic.severity == "error" for finding in found):
            sys.exit(1)


def _tell(console: Console, found: list[Finding], format_: str) -> None:
    from penstock.cli.console import counted

    severities = [finding.diagnostic.severity for finding in found]
    if format_ == "json":
        console.out.text(json.dumps([_as_json(finding) for finding in found], indent=2) + "\n")
    else:
        for finding in found:
            console.diagnostics([finding.diagnostic], Path(finding.diagnostic.span.file))
    told = [counted(severities.count("error"), "error"), counted(severities.count("warning"), "warning")]
    console.err.text(", ".join(told) + "\n")


def _as_json(finding: Finding) -> dict[str, object]:
    told = finding.diagnostic
    return {
        "rule": told.rule,
        "severity": told.severity,
        "message": told.message,
        "hint": told.hint,
        "file": told.span.file,
        "line": told.span.line,
        "column": told.span.col,
        **({"stream": finding.stream} if finding.stream else {}),
        **({"path": finding.path, "types": list(finding.types)} if finding.path else {}),
    }
