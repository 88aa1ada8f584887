"""What a registry is shown: credentials from where `docker login`, `podman login` and their helpers keep them."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from penstock.authoring import ConfigError
from penstock_builder.image.programs import ProgramError, run
from penstock_builder.image.reference import DOCKER_HUB, Reference

Json = Any

_HUB_KEY = "https://index.docker.io/v1/"
_TOKEN_USER = "<token>"


@dataclass(frozen=True, slots=True)
class Credential:
    """A user with a password; or `identity`, a token that is exchanged for others. None of it is ever shown."""

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    identity: str = field(default="", repr=False)


def find_credential(
    reference: Reference, environment: Mapping[str, str] = os.environ, home: Path | None = None
) -> Credential | None:
    """The credential that is kept for a repository, the most precise first; None where there is none.

    Looked for in `$REGISTRY_AUTH_FILE`, in `containers/auth.json`, and in Docker's `config.json`. Raises ConfigError
    for a file that does not read, or a helper that fails.
    """
    for file in _files(environment, home or Path.home()):
        try:
            kept = json.loads(file.read_bytes())
        except OSError:
            continue
        except ValueError:
            raise ConfigError(f"the registry credentials in {file} are not JSON") from None
        for key in _keys(reference):
            found = _kept(kept, key, file)
            if found is not None:
                return found
    return None


def _files(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    if given := environment.get("REGISTRY_AUTH_FILE"):
        yield Path(given)
    if runtime := environment.get("XDG_RUNTIME_DIR"):
        yield Path(runtime) / "containers/auth.json"
    yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "containers/auth.json"
    yield Path(environment.get("DOCKER_CONFIG") or home / ".docker") / "config.json"


def _keys(reference: Reference) -> Iterator[str]:
    """What an entry may be called, the most precise first (containers-auth.json(5))."""
    parts = [reference.host, *reference.repository.split("/")]
    for length in range(len(parts), 0, -1):
        yield "/".join(parts[:length])
    yield f"https://{reference.host}"
    if reference.host == DOCKER_HUB:
        yield _HUB_KEY


def _kept(told: Json, key: str, file: Path) -> Credential | None:
    if not isinstance(told, dict):
        raise ConfigError(f"the registry credentials in {file} are not a JSON object")
    helper = (told.get("credHelpers") or {}).get(key)
    entry = (told.get("auths") or {}).get(key)
    if helper is None and isinstance(entry, dict):
        found = _of_entry(entry, key, file)
        if found is not None:
            return found
    if helper is None and entry is not None:
        helper = told.get("credsStore")
    return None if not helper else _asked(str(helper), key)


def _of_entry(entry: Mapping[str, Json], key: str, file: Path) -> Credential | None:
    if identity := entry.get("identitytoken"):
        return Credential(identity=str(identity))
    packed = entry.get("auth")
    if not packed:
        return None
    user = colon = password = ""
    with contextlib.suppress(binascii.Error, UnicodeDecodeError):
        user, colon, password = base64.b64decode(str(packed), validate=True).decode().partition(":")
    if not colon:
        raise ConfigError(f"the credential of {key} in {file} is malformed", hint="log in anew")
    return Credential(user, password.rstrip("\0"))


def _asked(helper: str, key: str) -> Credential | None:
    """The answer of a credential helper (github.com/docker/docker-credential-helpers, `get`)."""
    program = f"docker-credential-{helper}"
    if "/" in helper:
        raise ConfigError("a credential helper is named without a path")
    try:
        told = json.loads(run([program, "get"], given=key.encode()))
        user, secret = str(told["Username"]), str(told["Secret"])
    except ProgramError as failure:
        if failure.missing:
            raise ConfigError(f"the credential helper `{program}` is not installed") from None
        return None
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"the credential helper `{program}` gave no credential") from None
    return Credential(identity=secret) if user == _TOKEN_USER else Credential(user, secret)
