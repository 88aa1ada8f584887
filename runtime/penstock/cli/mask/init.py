from __future__ import annotations

from pathlib import Path

import click

from penstock.cli.inputs import config_saver, custom_code_options, find_class_in, read_config


@click.command()
@click.argument("manifest", type=click.Path())
@click.option(
    "--config",
    type=click.Path(),
    metavar="FILE",
    help="The configuration, a JSON file. Without it nothing is read, and guesses rest on schemas alone.",
)
@click.option(
    "--out", type=click.Path(), metavar="FILE", help="Where to write it; standard output by default."
)
@click.option(
    "--records",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Records of each stream to look at, at most.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@custom_code_options
def command(
    manifest: str,
    config: str | None,
    out: str | None,
    records: int,
    components_path: str | None,
    *,
    force: bool,
    allow_custom_code: bool,
) -> None:
    """Write a first masking policy for MANIFEST: every field of every stream with a class and a mask.

    Classes are guessed from names, schemas and the first records; each guess says why, and no value is written. What
    nobody knows is hidden until you decide. Read it, correct it, and try it with `penstock mask preview`.

    \b
    Examples:
      penstock mask init manifest.yaml --config config.json --out policy.yaml
      penstock mask init manifest.yaml > policy.yaml

    Exit codes: 0 written, 1 it could not be, 2 wrong usage.
    """
    from penstock.cli.console import human_session

    with human_session() as console:
        from penstock.errors import ConfigError
        from penstock.plan.manifest import load_manifest
        from penstock.sync.mask_draft import draft_policy

        if out is not None and Path(out).exists() and not force:
            raise ConfigError(f"{out} is there already", hint="--force replaces it")
        find_class = find_class_in(manifest, components_path, allow_custom_code=allow_custom_code)
        draft = draft_policy(
            load_manifest(manifest, find_class=find_class),
            read_config(config) if config else None,
            shown_as=manifest,
            records=records,
            redactor=console.redactor,
            config_changed=config_saver(config),
        )
        for note in draft.notes:
            console.log("WARN", note)
        if out is None:
            console.out.text(draft.text)
            return
        try:
            Path(out).write_text(console.redactor(draft.text), encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"cannot write {out}: {error.strerror}") from None
        console.err.text(f"{out} is written; read it, then try it with `penstock mask preview`\n")
