"""What the verbs are given: manifest, config, catalog, state."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from penstock.errors import ConfigError

if TYPE_CHECKING:
    from penstock.registry import FindClass

Json = Any
F = TypeVar("F", bound=Callable[..., Any])

IMAGE_MANIFEST = Path("/airbyte/integration_code/source_declarative_manifest/manifest.yaml")
"""Where the platform's images hold their manifest."""

MANIFEST_VARIABLE = "PENSTOCK_MANIFEST"
MASKING_VARIABLE = "PENSTOCK_MASKING"
CUSTOM_CODE_VARIABLE = "PENSTOCK_ALLOW_CUSTOM_CODE"


def manifest_options(function: F) -> F:
    """Add `--manifest-path`, `--allow-custom-code` and `--components-path`."""
    manifest = click.option(
        "--manifest-path",
        type=click.Path(),
        metavar="FILE",
        help=f"The manifest; by default ${MANIFEST_VARIABLE}, or the one in the image.",
    )
    return manifest(custom_code_options(function))


def config_option(function: F) -> F:
    """Add `--config`."""
    return click.option(
        "--config", type=click.Path(), required=True, metavar="FILE", help="The configuration, a JSON file."
    )(function)


def masking_option(function: F) -> F:
    """Add `--masking`."""
    return click.option(
        "--masking",
        type=click.Path(),
        envvar=MASKING_VARIABLE,
        metavar="FILE",
        help=f"The masking policy that the run obeys, YAML; ${MASKING_VARIABLE} does the same.",
    )(function)


def custom_code_options(function: F) -> F:
    """Add `--allow-custom-code` and `--components-path`."""
    allow = click.option(
        "--allow-custom-code",
        is_flag=True,
        envvar=CUSTOM_CODE_VARIABLE,
        help="Run the Python that the manifest's `Custom…` components name. It can do all that you can, and read every "
        f"secret of the config: read it first. ${CUSTOM_CODE_VARIABLE}=1 does the same.",
    )
    components = click.option(
        "--components-path",
        type=click.Path(),
        metavar="FILE",
        help="That Python; by default the components.py beside the manifest.",
    )
    return allow(components(function))


def find_class_in(manifest: str, components_path: str | None, *, allow_custom_code: bool) -> FindClass | None:
    """What finds a manifest's custom classes; None where they are not allowed."""
    if not allow_custom_code:
        return None
    from penstock.custom.library import Library

    return Library.beside(manifest, components_path)


def find_manifest(given: str | None) -> str:
    """The manifest to use. Raises ConfigError where there is none."""
    path = given or os.environ.get(MANIFEST_VARIABLE)
    if path:
        return path
    if IMAGE_MANIFEST.is_file():
        return str(IMAGE_MANIFEST)
    raise ConfigError("there is no manifest", hint=f"give --manifest-path FILE, or set {MANIFEST_VARIABLE}")


def read_config(path: str) -> Mapping[str, Json]:
    """Read a JSON object. Raises ConfigError."""
    config = read_json(path, "config")
    if not isinstance(config, dict):
        raise ConfigError(f"the config {path} is not a JSON object")
    return config


def save_config(path: str, config: Mapping[str, Json]) -> None:
    """Replace a config file in one step, with the rights it has; an old refresh token may be good no more."""
    old = Path(path)
    new = old.with_name(f".{old.name}.new")
    new.unlink(missing_ok=True)
    mode = stat.S_IMODE(old.stat().st_mode)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        json.dump(config, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(old)


def config_saver(path: str | None) -> Callable[[Mapping[str, Json]], None]:
    """What saves a config that changed during a run in its file; nothing where there is none."""
    return lambda changed: save_config(path, changed) if path else None


def read_json(path: str, what: str) -> Json:
    """Read a JSON file. Raises ConfigError that tells the place of a mistake and not its text."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"cannot read the {what} {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"the {what} {path} is not UTF-8 text") from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"{path}:{error.lineno}:{error.colno}: the {what} is not JSON ({error.msg})"
        ) from None
    except RecursionError:
        raise ConfigError(f"the {what} {path} is nested too deep") from None
