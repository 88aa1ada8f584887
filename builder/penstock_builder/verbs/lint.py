from __future__ import annotations

import sys
from pathlib import Path

import click

from penstock.authoring import (
    ConfigError,
    Console,
    Diagnostic,
    counted,
    did_you_mean,
    human_session,
    read_manifest,
)
from penstock_builder.lint import all_ids, all_rules, lint
from penstock_builder.lint.fix import fix_file
from penstock_builder.lint.output import as_json, as_sarif
from penstock_builder.lint.reading import READING
from penstock_builder.lint.rule import Finding


@click.command()
@click.argument("manifests", nargs=-1, type=click.Path(), metavar="MANIFESTS...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="Text goes to standard error; json and sarif (2.1.0) to standard output.",
)
@click.option("--fix", is_flag=True, help="First put right what can be without you; nothing else is touched.")
@click.option("--select", multiple=True, metavar="RULE,…", help="Only these rules.")
@click.option("--ignore", multiple=True, metavar="RULE,…", help="All but these rules.")
@click.option("--notes", is_flag=True, help="Show what could be better, too.")
@click.option("--strict", is_flag=True, help="Let warnings fail.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules.")
@click.option("--explain-rule", metavar="RULE", help="Tell of one rule, with an example of each outcome.")
@click.pass_context
def command(
    context: click.Context,
    manifests: tuple[str, ...],
    format_: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    explain_rule: str | None,
    *,
    fix: bool,
    notes: bool,
    strict: bool,
    list_rules: bool,
) -> None:
    """Show every problem of MANIFESTS, each with its place and a hint.

    An error stops a manifest from running, a warning is likely a mistake, a note is what could be better.

    \b
    Examples:
      penstock lint manifest.yaml
      penstock lint --fix manifest.yaml
      penstock lint --format sarif manifests/*/manifest.yaml > lint.sarif
      penstock lint --explain-rule cursor-unused

    Exit codes: 0 no error, 1 an error (with --strict: or a warning), 2 wrong usage.
    """
    if not (manifests or list_rules or explain_rule):
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    with human_session() as console:
        if list_rules:
            console.out.text(_listed())
            return
        if explain_rule is not None:
            console.out.text(_explained(explain_rule))
            return
        wanted = _wanted(select, ignore)
        found: list[Finding] = []
        fixes = 0
        for path in manifests:
            fixes += fix_file(Path(path), wanted) if fix else 0
            findings = lint(read_manifest(path), wanted)
            found += findings
            if format_ == "text":
                shown = [f.diagnostic for f in findings if notes or select or f.diagnostic.severity != "note"]
                console.diagnostics(shown, Path(path))
        if format_ != "text":
            console.out.text(as_json(found) if format_ == "json" else as_sarif(found))
        _summarise(console, [f.diagnostic for f in found], fixes, shows_notes=notes or bool(select))
    if any(
        f.diagnostic.severity == "error" or (strict and f.diagnostic.severity == "warning") for f in found
    ):
        sys.exit(1)


def _summarise(console: Console, found: list[Diagnostic], fixes: int, *, shows_notes: bool) -> None:
    severities = [diagnostic.severity for diagnostic in found]
    parts = [f"{fixes} {'fix' if fixes == 1 else 'fixes'} made"] if fixes else []
    parts += [counted(severities.count("error"), "error"), counted(severities.count("warning"), "warning")]
    notes = severities.count("note")
    if notes and shows_notes:
        parts.append(counted(notes, "note"))
    elif notes:
        console.err.text(f"{counted(notes, 'note')} not shown; --notes shows what could be better\n")
    console.err.text(", ".join(parts) + "\n")


def _wanted(select: tuple[str, ...], ignore: tuple[str, ...]) -> list[str] | None:
    """The rules that were chosen; None for all. Raises ConfigError for one that there is not."""
    chosen, left_out = (
        [name.strip() for text in texts for name in text.split(",") if name.strip()]
        for texts in (select, ignore)
    )
    for name in [*chosen, *left_out]:
        _require(name)
    if not chosen and not left_out:
        return None
    return [name for name in chosen or all_ids() if name not in left_out]


def _require(name: str) -> None:
    if name not in all_ids():
        hint = did_you_mean(name, all_ids()) or "`penstock lint --rules` lists them"
        raise ConfigError(f"there is no rule `{name}`", hint=hint)


def _listed() -> str:
    lines = [f"{rule.id:<32} {rule.severity:<8} {rule.summary}" for rule in all_rules().values()]
    lines += [f"{id_:<32} {'reading':<8} {summary}" for id_, summary in READING.items()]
    return "\n".join(sorted(lines)) + "\n"


def _explained(name: str) -> str:
    _require(name)
    rule = all_rules().get(name)
    if rule is None:
        return f"{name}\n{READING[name]}\n\nReading a manifest finds this.\n"
    parts = [f"{rule.id} ({rule.severity})\n{rule.summary}"]
    parts += [f"Found in\n\n{_indented(example.lines)}" for example in rule.fails]
    parts += [f"Not found in\n\n{_indented(example.lines)}" for example in rule.passes]
    return "\n\n".join(parts) + "\n"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
