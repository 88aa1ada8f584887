from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from penstock.authoring import ConfigError, Console, counted, human_session
from penstock_builder.importers import Written, import_text, starter
from penstock_builder.importers.making.manifest import placeholders

MOST_BYTES = 200_000_000
"""Recordings of browsers grow large; beyond this is no text that a person made."""


@click.command(short_help="Begin a manifest from curl, OpenAPI, HAR, Postman or a URL.")
@click.argument("name", required=False)
@click.option(
    "--curl", metavar="FILE|-|COMMAND", help="A curl command; best from a file or standard input (-)."
)
@click.option(
    "--openapi",
    type=click.Path(),
    metavar="FILE",
    help="An OpenAPI document: 3.0, 3.1 or Swagger 2.0, JSON or YAML.",
)
@click.option("--har", type=click.Path(), metavar="FILE", help="A HAR recording of a browser or a proxy.")
@click.option("--postman", type=click.Path(), metavar="FILE", help="A Postman collection.")
@click.option("--url", help="The URL of one list, for a manifest to begin with.")
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="Where to write the manifest; manifest.yaml by default.",
)
@click.option(
    "--config", type=click.Path(), metavar="FILE", help="Also write a config to fill in, with placeholders."
)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def command(
    name: str | None,
    curl: str | None,
    openapi: str | None,
    har: str | None,
    postman: str | None,
    url: str | None,
    output: str | None,
    config: str | None,
    *,
    force: bool,
) -> None:
    """Begin a manifest from a curl command, an OpenAPI document, a HAR recording, a Postman collection, or a URL.

    Nothing is sent. What is guessed is told with how sure it is, here and in comments of the manifest. Credentials that
    are found become keys of the config; their values are written nowhere.

    A token inside a command on the command line stays in the history of the shell: hand curl commands over by a file
    or by standard input.

    \b
    Examples:
      penstock init --curl - < request.txt
      penstock init --openapi openapi.yaml -o crm.yaml --config config.json
      penstock init --har recording.har
      penstock init orders --url https://api.example.com/v1/orders
    """
    given = {"curl": curl, "openapi": openapi, "har": har, "postman": postman}
    forms = {form: value for form, value in given.items() if value is not None}
    if len(forms) + (url is not None) != 1:
        raise click.UsageError("give one of --curl, --openapi, --har, --postman and --url")
    with human_session() as console:
        if url is not None:
            written = starter(name or "records", url)
        else:
            ((form, value),) = forms.items()
            written = import_text(form, _text(form, value))
        console.redactor.add(*written.secrets.values())
        target = Path(output or "manifest.yaml")
        files = {target: written.text}
        if config is not None:
            files[Path(config)] = json.dumps(placeholders(written.inputs), indent=2) + "\n"
        _write(files, force=force)
        _tell(console, written, target, config)


def _text(form: str, value: str) -> str:
    """The text to import: a file's, that of standard input, or of a curl command itself."""
    if value == "-":
        return sys.stdin.read(MOST_BYTES)
    if form == "curl" and value.lstrip("$ ").startswith("curl "):
        return value
    path = Path(value)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError(f"the file is over {MOST_BYTES:,} bytes")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"the file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError("the file is not text in UTF-8") from None


def _write(files: dict[Path, str], *, force: bool) -> None:
    """Write all files, or none. Raises ConfigError where one is there already."""
    for path in files:
        if path.exists() and not force:
            raise ConfigError(
                f"{path} is there already", hint="choose another place, or --force to overwrite it"
            )
    for path, text in files.items():
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"{path} cannot be written: {error.strerror}") from None


def _tell(console: Console, written: Written, target: Path, config: str | None) -> None:
    """Streams with what was guessed of them, what was left out, and what to do next; on standard error."""
    lines = [f"{target}: {counted(len(written.origins), 'stream')}", ""]
    for stream, origin in written.origins.items():
        lines.append(f"{stream}  ({origin})")
        lines += [
            f"  {guess.what:<12} {guess.confidence:>4.0%}  {guess.evidence}"
            for guess in written.guesses
            if guess.stream == stream
        ]
    if written.left_out:
        lines += ["", f"left out: {counted(len(written.left_out), 'request')}"]
        lines += [f"  {each.origin}: {each.why}" for each in written.left_out]
    lines += [f"note: {note}" for note in written.notes]
    keys = [each.name for each in written.inputs]
    filled = config or "config.json"
    lines += ["", "Next:"]
    if keys:
        lines.append(f"  fill in {', '.join(keys)} in {filled}")
    lines += [f"  penstock lint {target}", f"  penstock check --manifest-path {target} --config {filled}"]
    console.err.text("\n".join(lines) + "\n")
