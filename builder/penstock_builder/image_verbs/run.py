from __future__ import annotations

import sys

import click

from penstock.authoring import ConfigError, human_session
from penstock_builder.verbs.registry_options import access_of, access_options


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("image")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="VERB [OPTIONS]")
@click.option(
    "--engine", type=click.Choice(["podman", "docker"]), help="By default the one that is installed."
)
@click.option("--engine-option", multiple=True, metavar="WORD", help="One more word for the engine's `run`.")
@click.option(
    "--unpack", is_flag=True, help="Without a container: with the image's own Python, laid out in a folder."
)
@access_options
def command(
    image: str,
    words: tuple[str, ...],
    engine: str | None,
    engine_option: tuple[str, ...],
    username: str | None,
    password_env: str | None,
    *,
    unpack: bool,
    password_stdin: bool,
    insecure: bool,
) -> None:
    """Run the connector of IMAGE: spec, check, discover or read, with --config, --catalog and --state as files.

    In a container it is not root, may write nothing but /tmp, and has no right that a plain process lacks. Of the
    environment it gets the variables that its masks take keys from, and you are told which.

    \b
    Examples:
      penstock image run source-orders-1.2.0 spec
      penstock image run source-orders-1.2.0 read --config config.json --catalog catalog.json
      penstock image run source-orders-1.2.0 --engine-option=--network=host check --config config.json
      penstock image run --unpack source-orders-1.2.0 check --config config.json

    Exit codes: those of the connector; 1 where it cannot be started, 2 wrong usage.
    """
    if not words:
        raise click.UsageError("say what to run: spec, check, discover or read")
    with human_session() as console:
        from penstock_builder.image.outputs import one_platform
        from penstock_builder.image.running import find_engine, key_variables, run_in_engine, run_unpacked
        from penstock_builder.image.sources import open_source

        access = access_of(console, username, password_env, password_stdin=password_stdin, insecure=insecure)
        source = open_source(image, access)
        keys = key_variables(source, one_platform(source))
        if keys:
            console.err.text(f"note: its masks take keys from {', '.join(keys)}: handed over\n")
        if unpack:
            code = run_unpacked(source, words, keys)
        else:
            found = engine or find_engine()
            if found is None:
                raise ConfigError(
                    "there is no podman and no docker here", hint="run it without one: --unpack"
                )
            code = run_in_engine(source, found, engine_option, words, keys)
    sys.exit(code)
