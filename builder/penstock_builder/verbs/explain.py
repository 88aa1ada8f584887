from __future__ import annotations

import click

from penstock.authoring import (
    ManifestError,
    first_requests,
    human_session,
    parse_state,
    read_config,
    read_json,
    read_manifest,
    secret_values,
)
from penstock_builder.explain.settings import all_streams, find_stream, settings
from penstock_builder.explain.settings import as_text as settings_text
from penstock_builder.explain.upcoming import as_text as requests_text
from penstock_builder.explain.upcoming import hidden_values


@click.command(short_help="Show settings with their origins, and the next requests.")
@click.argument("manifest", type=click.Path())
@click.option("--stream", metavar="NAME", help="The stream; without it the streams are listed.")
@click.option(
    "--config", type=click.Path(), metavar="FILE", help="The configuration: requests are shown too."
)
@click.option("--state", type=click.Path(), metavar="FILE", help="The state that the next sync goes on from.")
@click.option(
    "--slices", type=click.IntRange(1), default=10, show_default=True, help="Show requests of so many slices."
)
def command(manifest: str, stream: str | None, config: str | None, state: str | None, slices: int) -> None:
    """Show the settings of a stream with their origins, and what its next sync would request.

    Nothing is sent. Each setting comes with the place where it was written and the `$ref` and `$parameters` by which
    it came. With a config or a state, the first request of each slice is shown, without credentials and secrets.

    \b
    Examples:
      penstock explain manifest.yaml
      penstock explain manifest.yaml --stream orders
      penstock explain manifest.yaml --stream orders --config config.json --state state.json
    """
    with human_session() as console:
        reading = read_manifest(manifest)
        if reading.tree is None:
            raise ManifestError(reading.found)
        given = read_config(config) if config else {}
        specification = reading.tree.part("spec")
        marked = specification.value("connection_specification") if specification else {}
        console.redactor.add(*secret_values(given, marked), *hidden_values(reading.tree, given))
        if stream is None:
            for part in all_streams(reading.tree):
                console.out.text(f"{part.value('name'):<40}  {part.span}\n")
            return
        console.out.text(settings_text(settings(find_stream(reading.tree, stream))))
        if config is None and state is None:
            return
        saved = parse_state(read_json(state, "state")).get(stream, {}) if state else {}
        found = first_requests(reading, stream, given, saved, console.redactor, slices)
        console.out.text("\n" + requests_text(stream, found))
