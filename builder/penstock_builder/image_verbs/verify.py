from __future__ import annotations

import sys
import time

import click

from penstock.authoring import ConfigError, counted, human_session
from penstock_builder.verbs.registry_options import access_of, access_options


@click.command()
@click.argument("image")
@click.option(
    "--require-signature", "key", metavar="KEY", help="It has a signature that this key verifies, by cosign."
)
@access_options
def command(
    image: str,
    key: str | None,
    username: str | None,
    password_env: str | None,
    *,
    password_stdin: bool,
    insecure: bool,
) -> None:
    """Tell whether IMAGE is what it says: a folder, an archive, or a name in a registry.

    Every blob has its digest and its size, and every layer is what the config says, with the connector's manifest that
    the label names. Lists of software, what the linter found and the provenance are attached, and are of this image.

    \b
    Examples:
      penstock image verify source-orders-1.2.0
      penstock image verify registry.example.com/acme/source-orders:1.2.0 --require-signature cosign.pub

    Exit codes: 0 all is well, 1 something is not, 2 wrong usage.
    """
    with human_session() as console:
        from penstock_builder.image.registry import Remote
        from penstock_builder.image.signing import verify_signature
        from penstock_builder.image.sources import open_source
        from penstock_builder.image.verify import Check, verify_image

        started = time.monotonic()
        access = access_of(console, username, password_env, password_stdin=password_stdin, insecure=insecure)
        source = open_source(image, access)
        checks = verify_image(source)
        if key is not None:
            if not isinstance(source, Remote):
                raise ConfigError("a signature is looked for in a registry, and this is an image on disk")
            signed = verify_signature(source.reference, source.root().digest, key)
            checks.append(Check("signature", "" if signed else "there is none that the key verifies"))
        for check in checks:
            said = "FAILED" if check.problem else "ok    "
            told = check.problem or check.note
            console.err.text(f"{said}  {check.what}{f': {told}' if told else ''}\n")
        failed = sum(bool(check.problem) for check in checks)
        console.err.text(f"{counted(failed, 'problem')} in {time.monotonic() - started:.1f} s\n")
    if failed:
        sys.exit(1)
