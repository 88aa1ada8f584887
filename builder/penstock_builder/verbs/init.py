from __future__ import annotations

import contextlib
import json
import os
import shlex
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
@click.option("--url", help="The URL of one list, for a manifest to begin with; NAME is its stream.")
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
    if name is not None and url is None:
        raise click.UsageError("NAME is for --url; elsewhere the paths of requests name the streams")
    target = Path(output or "manifest.yaml")
    if config is not None and os.path.abspath(config) == os.path.abspath(target):  # noqa: PTH100 - links are not followed
        raise click.UsageError("the manifest and the config need a file each")
    with human_session() as console:
        if url is not None:
            written = starter(name or "records", url)
        else:
            ((form, value),) = forms.items()
            written = _imported(form, value)
        keys = [each.name for each in written.inputs]
        console.redactor.add(*(secret for secret in written.secrets.values() if secret not in " ".join(keys)))
        files = {target: written.text}
        if config is not None:
            files[Path(config)] = json.dumps(placeholders(written.inputs), indent=2) + "\n"
        _write(files, force=force)
        _tell(console, written, target, config)


def _imported(form: str, value: str) -> Written:
    """What a file, standard input, or a curl command itself holds. Raises ConfigError, which names the place."""
    if form == "curl" and value.lstrip("$ ").startswith("curl "):
        return import_text(form, value)
    place = "standard input" if value == "-" else value
    try:
        with sys.stdin.buffer if value == "-" else Path(value).open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise ConfigError(f"{place}: the text is over {MOST_BYTES:,} bytes")
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{place}: the file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{place}: the text is not UTF-8") from None
    try:
        return import_text(form, text)
    except ConfigError as error:
        raise ConfigError(f"{place}: {error.message}", hint=error.hint) from None


def _write(files: dict[Path, str], *, force: bool) -> None:
    """Write all files, or none. Raises ConfigError where one is there already, or cannot be written."""
    for path in files:
        if path.exists() and not force:
            raise ConfigError(
                f"{path} is there already", hint="choose another place, or --force to overwrite it"
            )
        if path.exists() and not path.is_file():
            raise ConfigError(f"{path} cannot be written: it is no file")
    made = {path: path.resolve().with_name(f".{path.name}.new-{os.getpid()}") for path in files}
    try:
        for path, text in files.items():
            try:
                made[path].write_text(text, encoding="utf-8")
            except OSError as error:
                raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
        for path, new in made.items():
            new.replace(path.resolve())
    finally:
        for new in made.values():
            with contextlib.suppress(OSError):
                new.unlink()


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
    filled, quoted = config or "config.json", shlex.quote(str(target))
    lines += ["", "Next:"]
    if keys:
        lines.append(f"  fill in {', '.join(keys)} in {filled}")
    checked = f"  penstock check --manifest-path {quoted} --config {shlex.quote(filled)}"
    lines += [f"  penstock lint {quoted}", checked]
    console.err.text("\n".join(lines) + "\n")
