"""Forms in which an image is handed over: a folder in the OCI layout, an archive of it, or Docker's own archive."""

from __future__ import annotations

import contextlib
import errno
import glob
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from penstock.authoring import ConfigError, listed
from penstock_builder.image.archives import write_archive, write_docker_archive
from penstock_builder.image.attached import list_attached
from penstock_builder.image.base import read_base
from penstock_builder.image.bytecode import here
from penstock_builder.image.layout import (
    INDEXES,
    REFERENCE,
    BlobSource,
    Descriptor,
    Layout,
    Platform,
    all_referrers,
    descriptor,
    everything,
    read_document,
)

Format = Literal["oci", "oci-archive", "docker-archive"]
FORMATS: tuple[Format, ...] = ("oci", "oci-archive", "docker-archive")

_LAYOUT = ("blobs", "oci-layout", "index.json")
_ARCHIVE = (*_LAYOUT, "manifest.json", "repositories")


def default_output(name: str, version: str, format_: Format) -> Path:
    """Where an image goes when nobody says: into the current folder, under its name."""
    ending = "" if format_ == "oci" else ".oci.tar" if format_ == "oci-archive" else ".docker.tar"
    return Path(f"{name.rpartition('/')[2]}-{version}{ending}")


@contextlib.contextmanager
def beside(output: Path, format_: Format) -> Iterator[Path]:
    """A folder to make an image in, beside where it will be, and gone afterwards, even if the process is to end.

    Raises ConfigError where the output cannot be put there: nothing but an image is ever replaced.
    """
    with told_what_cannot_be_written(output):
        place = _resolved(output)
        if place.exists() and not (_replaceable_folder if format_ == "oci" else _replaceable_file)(place):
            raise ConfigError(
                f"{output} is there already, and is no image",
                hint="give another --output: what is replaced is one image, and nothing beside it",
            )
        folder = place.with_name(f".{place.name}.new-{os.getpid()}")
        _clear_left(folder)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            yield folder
        except OSError as error:
            if error.filename and Path(str(error.filename)).is_relative_to(folder):
                raise ConfigError(f"cannot write {output}: {error.strerror}") from None
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def told_what_cannot_be_written(output: Path | None = None) -> Iterator[None]:
    """Raise ConfigError for a file of this machine that cannot be read or written, with its name, else the output's."""
    try:
        yield
    except OSError as error:
        raise ConfigError(f"cannot write {error.filename or output or 'a file'}: {error.strerror}") from None


def hand_over(layout: Layout, output: Path, format_: Format, epoch: int) -> None:
    """Put the image of a layout, which is used up, where it was asked for. Docker's archive holds one platform."""
    place = _resolved(output)
    if format_ == "oci":
        place.mkdir(exist_ok=True)  # where a shell stands in it, it has to stay
        shutil.rmtree(place / "blobs", ignore_errors=True)
        for name in _LAYOUT:
            (layout.folder / name).replace(place / name)
    elif format_ == "oci-archive":
        write_archive(layout, place, epoch)
    else:
        root = layout.root()
        reference = root.annotations.get(REFERENCE, "")
        write_docker_archive(layout, one_platform(layout), reference, place, epoch)


def _resolved(output: Path) -> Path:
    """Where a path leads. Raises OSError where it leads in a circle."""
    try:
        return output.resolve()
    except RuntimeError:  # Python before 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(output)) from None


def _replaceable_folder(folder: Path) -> bool:
    """Whether it is empty, or holds one image and nothing else."""
    if not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    try:
        return not names or (names == set(_LAYOUT) and len(Layout(folder).roots()) <= 1)
    except ConfigError:
        return False


def _replaceable_file(file: Path) -> bool:
    """Whether it is a plain tar that holds one image and nothing else."""
    if not file.is_file():
        return False
    try:
        with tarfile.open(file, "r:") as tar:
            names = {member.name.removeprefix("./").partition("/")[0] for member in tar}
            if not names <= {*_ARCHIVE}:
                return False
            kind, listed_in = ("oci-layout", "index.json") if "oci-layout" in names else ("", "manifest.json")
            found = tar.extractfile(listed_in)
            told = json.loads(found.read() if found else b"")
            return len(told["manifests"] if kind else told) <= 1
    except (tarfile.TarError, KeyError, TypeError, ValueError, RecursionError):
        return False


def _clear_left(folder: Path) -> None:
    """Remove the folder, and those like it of processes that were killed while they made the same output."""
    name, _, _ = folder.name.rpartition("-")
    for left in folder.parent.glob(f"{glob.escape(name)}-*"):
        number = left.name.rpartition("-")[2]
        if number.isdecimal() and (left == folder or not _lives(int(number))):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def one_platform(source: BlobSource) -> Descriptor:
    """The manifest of the only platform of an image, or of this machine's. Raises ConfigError where there is none."""
    root = source.root()
    if root.media_type not in INDEXES:
        return root
    children = [descriptor(told) for told in read_document(source, root)["manifests"]]
    platforms = read_base(source).images
    if len(platforms) == 1:
        return children[0]
    for child in children:
        if child.platform == here():
            return child
    raise ConfigError(
        f"the image is for {listed(map(str, platforms))}, not for {here()}", hint="choose one with --platform"
    )


def bring(source: BlobSource, layout: Layout, reference: str) -> Descriptor:
    """Copy an image with all that is attached to it into a layout, every blob verified. Gives its root."""
    root = source.root()
    for part in everything(source):
        layout.take(source, part)
    named = Descriptor(root.media_type, root.digest, root.size, None, {REFERENCE: reference})
    list_attached(layout, named, list(all_referrers(source)))
    return named


def platform_of(text: str) -> Platform:
    """Read `linux/amd64`, or with a variant `linux/arm/v7`. Raises ConfigError."""
    parts = text.split("/")
    if len(parts) not in (2, 3) or not all(parts):
        raise ConfigError("this is not a platform", hint="such as linux/amd64")
    return Platform(*parts)
