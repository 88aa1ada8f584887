"""Signatures by `cosign`, where it is installed. The key is named, never given."""

from __future__ import annotations

from penstock.authoring import ConfigError
from penstock_builder.image.programs import ProgramError, run
from penstock_builder.image.reference import Reference

_PROGRAM = "cosign"


def sign(reference: Reference, digest: str, key: str) -> None:
    """Sign a pushed image by its digest. `key` is a file, or what a key service calls it, as cosign takes it."""
    _run("sign", "--yes", "--key", key, _named(reference, digest))


def verify_signature(reference: Reference, digest: str, key: str) -> bool:
    """Whether an image in a registry has a signature that the key verifies."""
    try:
        _run("verify", "--key", key, _named(reference, digest))
    except _UnsignedError:
        return False
    return True


class _UnsignedError(ConfigError):
    """Cosign ran, and said no."""


def _named(reference: Reference, digest: str) -> str:
    return f"{reference.host}/{reference.repository}@{digest}"


def _run(*arguments: str) -> None:
    try:
        run([_PROGRAM, *arguments])
    except ProgramError as failure:
        if failure.missing:
            raise ConfigError(
                f"there is no `{_PROGRAM}` here",
                hint="install it: docs.sigstore.dev, or leave the signature out",
            ) from None
        raise _UnsignedError(
            f"`{_PROGRAM} {arguments[0]}` failed", hint="run it by hand to see why"
        ) from None
