"""Runs the image of a connector: in a container where an engine is there, else laid out in a folder."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from penstock.authoring import ConfigError, private_directory
from penstock_builder.image.archives import write_docker_archive
from penstock_builder.image.base import Base, BaseImage, read_base
from penstock_builder.image.bytecode import find_python, here
from penstock_builder.image.connector import MANIFEST_FOLDER, MASKING
from penstock_builder.image.layout import BlobSource, Layout
from penstock_builder.image.outputs import bring, one_platform
from penstock_builder.image.programs import ProgramError, run
from penstock_builder.image.registry import Remote
from penstock_builder.image.unpacking import unpack_layer, verified

ENGINES = ("podman", "docker")
SAFE = ("--rm", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--tmpfs=/tmp")
_GIVEN = "/given"
_FILES = ("--config", "--catalog", "--state")
_NAME = "localhost/penstock-run:latest"


@dataclass(frozen=True, slots=True)
class Given:
    """The words of a command; those that name files have their place in the container, and are copied from here."""

    words: tuple[str, ...]
    files: tuple[tuple[Path, str], ...]


def given(words: Sequence[str]) -> Given:
    """Find the files among the words of a protocol command."""
    made, files = [], []
    apart = [
        part
        for word in words
        for part in (word.split("=", 1) if word.startswith(tuple(f"{name}=" for name in _FILES)) else [word])
    ]
    for before, word in zip(["", *apart], apart, strict=False):
        if before in _FILES:
            inside = f"{_GIVEN}/{before.removeprefix('--')}.json"
            files.append((Path(word), inside))
            made.append(inside)
        else:
            made.append(word)
    return Given(tuple(made), tuple(files))


def find_engine() -> str | None:
    """The container engine of this machine, if there is one."""
    return next((name for name in ENGINES if shutil.which(name)), None)


def run_in_engine(source: BlobSource, engine: str, options: Sequence[str], words: Sequence[str]) -> int:
    """Run a command of the protocol in a container that may write nothing; gives its exit code.

    `options` are more words for the engine's `run`. Files that the command names are given as copies, read-only.
    """
    asked = given(words)
    with private_directory() as folder:
        name = str(source.reference) if isinstance(source, Remote) else _loaded(source, engine, folder)
        mounts = []
        for number, (path, inside) in enumerate(asked.files):
            copy = folder / str(number)
            try:
                copy.write_bytes(path.read_bytes())
            except OSError as error:
                raise ConfigError(f"cannot read {path}: {error.strerror}") from None
            copy.chmod(0o644)  # the folder is closed to others; in the container it is another user who reads
            mounts.append(f"--volume={copy}:{inside}:ro")
        command = [engine, "run", *SAFE, *mounts, *options, name, *asked.words]
        return subprocess.run(command, check=False).returncode  # noqa: S603 - no shell; the user's own words


def _loaded(source: BlobSource, engine: str, folder: Path) -> str:
    """Give the image of this machine's platform to the engine; gives its name there."""
    layout = Layout.create(folder / "image")
    bring(source, layout, _NAME)
    archive = folder / "image.tar"
    write_docker_archive(layout, one_platform(layout), _NAME, archive, 0)
    try:
        run([engine, "load", "--quiet", "--input", str(archive)])
    except ProgramError:
        raise ConfigError(
            f"`{engine} load` failed", hint="is its service running? Without one: --unpack"
        ) from None
    return _NAME


def run_unpacked(source: BlobSource, words: Sequence[str]) -> int:
    """Run a command of the protocol with the image's own Python, laid out in a folder; gives its exit code.

    There is no container: the connector can do what you can.
    """
    base: Base = read_base(source)
    image: BaseImage = base.image(here())
    with private_directory() as folder:
        for layer in image.layers:
            with verified(source, layer) as stream:
                unpack_layer(stream, folder)
        settings = image.environment
        python = find_python(folder, settings.get("PATH", "/usr/bin"), base.python)
        environment = {
            **python.environment(),
            "PYTHONPATH": f"{folder}{settings.get('PYTHONPATH', '')}",
            "SSL_CERT_FILE": f"{folder}{settings.get('SSL_CERT_FILE', '/etc/ssl/certs/ca-certificates.crt')}",
            "PENSTOCK_MANIFEST": f"{folder}{MANIFEST_FOLDER}/manifest.yaml",
        }
        if "PENSTOCK_MASKING" in settings:
            environment["PENSTOCK_MASKING"] = f"{folder}{MASKING}"
        if "PENSTOCK_ALLOW_CUSTOM_CODE" in settings:
            environment["PENSTOCK_ALLOW_CUSTOM_CODE"] = settings["PENSTOCK_ALLOW_CUSTOM_CODE"]
        if not (folder / "opt/penstock").is_dir():
            raise ConfigError("only images with our runtime run unpacked", hint="use podman or docker")
        command = [*python.command(), "-m", "penstock", *words]
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - no shell
