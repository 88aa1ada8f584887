from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from penstock.cli.inputs import (
    config_option,
    config_saver,
    custom_code_options,
    find_class_in,
    masking_option,
    read_config,
)

if TYPE_CHECKING:
    from penstock.sync.mask_preview import FieldPreview, StreamPreview

Json = Any

LONGEST_EXAMPLE = 60
"""Characters of an example."""


@click.command()
@click.argument("manifest", type=click.Path())
@masking_option
@config_option
@click.option("--streams", default="", metavar="A,B", help="Only these streams; all by default.")
@click.option(
    "--records",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Records of each stream, at most.",
)
@click.option(
    "--reveal", is_flag=True, help="Show values before they are masked, and those that no mask changes."
)
@custom_code_options
def command(
    manifest: str,
    masking: str | None,
    config: str,
    streams: str,
    records: int,
    components_path: str | None,
    *,
    reveal: bool,
    allow_custom_code: bool,
) -> None:
    """Show what a policy makes of the first records of each stream, field by field.

    Records are read and masked as in a run, and written nowhere; the run's report is not written either. Values in
    clear are shown only with --reveal.

    \b
    Examples:
      penstock mask preview manifest.yaml --masking policy.yaml --config config.json
      penstock mask preview manifest.yaml --masking policy.yaml --config config.json --streams customers --records 5
      penstock mask preview manifest.yaml --masking policy.yaml --config config.json --reveal

    Exit codes: 0 all streams are shown, 1 one could not be read or nothing could start, 2 wrong usage.
    """
    from penstock.cli.console import human_session

    with human_session() as console:
        from penstock.errors import ConfigError
        from penstock.plan.manifest import load_manifest
        from penstock.sync.mask_preview import preview_masking

        find_class = find_class_in(manifest, components_path, allow_custom_code=allow_custom_code)
        loaded = load_manifest(manifest, find_class=find_class, masking=masking)
        if loaded.policy is None:
            raise ConfigError("there is no masking policy", hint="give --masking FILE")
        failed = False
        for stream in preview_masking(
            loaded,
            loaded.policy,
            read_config(config),
            streams=[name.strip() for name in streams.split(",") if name.strip()],
            records=records,
            redactor=console.redactor,
            config_changed=config_saver(config),
        ):
            if stream.error is not None:
                failed = True
                console.err.text(f"stream {stream.name}: {stream.error}\n")
                continue
            console.show(_table(stream, reveal=reveal))
            for path, why, count in stream.withheld:
                console.out.text(f"withheld: `{path}` {why} (records: {count})\n")
        if failed:
            sys.exit(1)


def _table(stream: StreamPreview, *, reveal: bool) -> Any:
    from rich.table import Table
    from rich.text import Text

    title = f"{stream.name}: {stream.left} of {stream.read} records would leave"
    table = Table(title=Text(title), title_justify="left")
    examples = ("before", "after") if reveal else ("after",)
    for column in ("field", "class", "technique", "type", *examples):
        table.add_column(column, overflow="fold")
    for field in stream.fields:
        shown = (_told(field.before), _told(field.after)) if reveal else (_after(field),)
        table.add_row(
            *(Text(cell) for cell in (field.path, field.class_name, field.technique, _types(field), *shown))
        )
    return table


def _types(field: FieldPreview) -> str:
    before, after = " or ".join(field.types_before) or "null", " or ".join(field.types_after)
    return before if after in ("", before) else f"{before} → {after}"


def _after(field: FieldPreview) -> str:
    """An example of what leaves; what no mask changed is in clear, and not shown."""
    return _told(field.after) if field.is_masked else "" if _told(field.after) == "" else "as it is"


def _told(value: Json) -> str:
    from penstock.sync.mask_preview import GONE

    text = "" if value is GONE else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[: LONGEST_EXAMPLE - 1]}…"
