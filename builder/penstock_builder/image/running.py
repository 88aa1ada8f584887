"""Runs the image of a connector: in a container where an engine is there, else laid out in a folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penstock.authoring import (
    ConfigError,
    load_text,
    plain,
    private_directory,
)
from penstock_builder.image.archives import write_docker_archive
from penstock_builder.image.base import Base, BaseImage, read_base
from penstock_builder.image.bytecode import find_python, here
from penstock_builder.image.connector import MANIFEST_FOLDER, MASKING
from penstock_builder.image.layout import BlobSource, Descriptor, Layout, descriptor, read_document
from penstock_builder.image.outputs import one_platform
from penstock_builder.image.programs import ProgramError, run
from penstock_builder.image.unpacking import find_in_layer, unpack_layer, verified

Json = Any

ENGINES = ("podman", "docker")
SAFE = ("--rm", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--tmpfs=/tmp")
_GIVEN = "/given"
_FILES = ("--config", "--catalog", "--state")
_NAME = "localhost/penstock-run"
_KEY = "PENSTOCK_MASKING_KEY"
_OURS = "io.penstock.manifest.digest"
_HEARD_WITHIN_SECONDS, _ENDS_WITHIN_SECONDS = 1, 10


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


def run_in_engine(
    source: BlobSource, engine: str, options: Sequence[str], words: Sequence[str], keys: Sequence[str] = ()
) -> int:
    """Run a command of the protocol in a container that may write nothing; gives its exit code.

    `options` are more words for the engine's `run`, and `keys` variables that the container gets; their values are on
    no command line. Files that the command names are given as copies, read-only.
    """
    asked = given(words)
    with private_directory() as folder:
        image = one_platform(source)
        name = _loaded(source, image, engine, folder)
        mounts = []
        for number, (path, inside) in enumerate(asked.files):
            copy = folder / str(number)
            try:
                copy.write_bytes(path.read_bytes())
            except OSError as error:
                raise ConfigError(f"cannot read {path}: {error.strerror}") from None
            copy.chmod(0o644)  # the folder is closed to others; in the container it is another user who reads
            mounts.append(f"--volume={copy}:{inside}:ro")
        handed = [f"--env={variable}" for variable in keys]
        command = [engine, "run", *SAFE, *handed, *mounts, *options, name, *asked.words]
        return _ran(command)


def _loaded(source: BlobSource, image: Descriptor, engine: str, folder: Path) -> str:
    """Give the image of a platform to the engine, if it lacks it; gives its name there.

    That is by digest, so that nothing else that is run at the same time takes its place.
    """
    name = f"{_NAME}:{image.digest.removeprefix('sha256:')[:32]}"
    with contextlib.suppress(ProgramError):
        run([engine, "image", "inspect", name])
        return name
    layout = Layout.create(folder / "image")
    layout.take_all(source, image)
    archive = folder / "image.tar"
    write_docker_archive(layout, image, name, archive, 0)
    try:
        run([engine, "load", "--quiet", "--input", str(archive)])
    except ProgramError:
        raise ConfigError(
            f"`{engine} load` failed", hint="is its service running? Without one: --unpack"
        ) from None
    return name


def key_variables(source: BlobSource, image: Descriptor) -> list[str]:
    """The variables of this environment that the masks of an image's connector take keys from, and no others."""
    manifest = read_document(source, image)
    settings = read_document(source, descriptor(manifest["config"])).get("config") or {}
    if _OURS not in (settings.get("Labels") or {}):
        return []
    named = set[str]()
    for layer in map(descriptor, reversed(manifest["layers"])):
        files = [_text_in(source, layer, file) for file in (f"{MANIFEST_FOLDER}/manifest.yaml", MASKING)]
        for text in filter(None, files):
            named |= set(_variables(plain(load_text(text))))
        if any(files):
            break
    return sorted(named & os.environ.keys())


def _text_in(source: BlobSource, layer: Descriptor, path: str) -> str:
    """A file of a layer; empty where there is none."""
    with verified(source, layer) as stream:
        return (find_in_layer(stream, path.lstrip("/")) or b"").decode(errors="replace")


def _variables(value: Json) -> Iterator[str]:
    """The names in all `env:NAME` by which a manifest or a policy names a key; a mask without one has a default."""
    if isinstance(value, dict):
        if "mask" in value:
            yield _KEY
        for reference in (value.get("ref"), value.get("key")):
            if isinstance(reference, str) and reference.startswith("env:"):
                yield reference.removeprefix("env:")
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _variables(child)


def run_unpacked(source: BlobSource, words: Sequence[str], keys: Sequence[str] = ()) -> int:
    """Run a command of the protocol with the image's own Python, laid out in a folder; gives its exit code.

    There is no container: the connector can do what you can. `keys` are variables that it gets.
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
            **{name: os.environ[name] for name in keys},
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
        return _ran(command, environment)


def _ran(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run a command to its end, and give its exit code; where this process is stopped, it is too."""
    with subprocess.Popen(command, env=environment) as process:  # noqa: S603 - no shell; the user's own words
        try:
            return process.wait()
        except KeyboardInterrupt:
            _stop(process)
            raise


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that may have heard Ctrl-C itself: it is told where it goes on, and killed where it still does."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_HEARD_WITHIN_SECONDS)
        return
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_ENDS_WITHIN_SECONDS)
        return
    process.kill()
