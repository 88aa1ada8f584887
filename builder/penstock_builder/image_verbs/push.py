from __future__ import annotations

import time

import click

from penstock.authoring import human_session
from penstock_builder.verbs.registry_options import access_of, access_options


@click.command()
@click.argument("image", type=click.Path())
@click.argument("name")
@click.option(
    "--mount-from",
    multiple=True,
    metavar="REPOSITORY",
    help="A repository of the registry that may have the layers.",
)
@click.option(
    "--sign", "key", metavar="KEY", help="Sign it by cosign, with a key that is named as cosign takes it."
)
@access_options
def command(
    image: str,
    name: str,
    mount_from: tuple[str, ...],
    key: str | None,
    username: str | None,
    password_env: str | None,
    *,
    password_stdin: bool,
    insecure: bool,
) -> None:
    """Push IMAGE, a folder or an archive, with what is attached to it, to NAME in a registry.

    What the registry has is not sent again, and an upload that is cut goes on where it was. A digest in NAME must be
    that of IMAGE.

    \b
    Examples:
      penstock image push source-orders-1.2.0 registry.example.com/acme/source-orders:1.2.0
      penstock image push orders.tar localhost:5000/acme/source-orders:1.2.0 --mount-from acme/source-people
      pass registry | penstock image push orders.tar registry.example.com/a/b:1 --username ci --password-stdin

    Exit codes: 0 pushed, 1 not pushed, 2 wrong usage.
    """
    with human_session() as console:
        from pathlib import Path

        from penstock_builder.image.layout import open_image
        from penstock_builder.image.reference import parse_reference
        from penstock_builder.image.registry import push
        from penstock_builder.image.signing import sign

        started = time.monotonic()
        access = access_of(console, username, password_env, password_stdin=password_stdin, insecure=insecure)
        target = parse_reference(name)
        session = access.session(target, push=True)
        pushed = push(
            open_image(Path(image)),
            session,
            target,
            mount_from=mount_from,
            tell=lambda line: console.err.text(f"{line}\n"),
        )
        if key is not None:
            sign(target, pushed.digest, key)
        console.err.text(
            f"{target}: {pushed.digest}\n{pushed.sent / 1e6:.1f} MB sent, {pushed.there} blobs were there, "
            f"{pushed.mounted} mounted, {time.monotonic() - started:.1f} s\n"
        )
