from __future__ import annotations

import time
from pathlib import Path

import click

from penstock.authoring import human_session


@click.command()
@click.option("--debian", is_flag=True, help="Make our base of its pinned Debian packages, and keep it.")
@click.option(
    "--update", type=click.Path(), metavar="FILE", help="Write a lock of the newest packages to FILE."
)
@click.option(
    "--lock", type=click.Path(), metavar="FILE", help="Another lock than the one that Penstock comes with."
)
@click.option(
    "-o", "--output", type=click.Path(), metavar="FILE", help="Write the base as an OCI archive, for --base."
)
@click.option("--mirror", metavar="URL", help="A mirror of Debian; by default deb.debian.org.")
def command(
    update: str | None, lock: str | None, output: str | None, mirror: str | None, *, debian: bool
) -> None:
    """Make the base that our images stand on, or pin its packages anew.

    It is a small Debian with Python, laid out from packages that a lock names by digest: no root, no container.

    \b
    Examples:
      penstock image base --debian
      penstock image base --debian -o base.tar
      penstock image base --update base.lock && penstock image base --debian --lock base.lock -o base.tar

    Exit codes: 0 made, 1 not made, 2 wrong usage.
    """
    if not (debian or update):
        raise click.UsageError("give --debian or --update FILE")
    with human_session() as console:
        from penstock_builder.image.archives import write_archive
        from penstock_builder.image.cache import Cache
        from penstock_builder.image.connector import read_file
        from penstock_builder.image.debian import debian_base
        from penstock_builder.image.outputs import beside, told_what_cannot_be_written
        from penstock_builder.image.packages import MIRROR, read_lock, renewed

        started = time.monotonic()
        cache, chosen = Cache.default(), mirror or MIRROR
        pinned = read_lock(read_file(Path(lock), "lock").decode() if lock else None)
        with told_what_cannot_be_written():
            if update:
                pinned = renewed(cache, pinned, chosen)
                Path(update).write_text(pinned.as_text(), encoding="utf-8")
                console.err.text(f"{update}: {len(next(iter(pinned.packages.values())))} packages\n")
            if debian:
                layout = debian_base(cache, pinned, chosen)
                if output:
                    with beside(Path(output), "oci-archive"):
                        write_archive(layout, Path(output), 0)
                console.err.text(
                    f"{output or layout.folder}: {layout.root().digest}, {time.monotonic() - started:.1f} s\n"
                )
