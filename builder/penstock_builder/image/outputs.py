"""Forms in which an image is handed over: a folder in the OCI layout, an archive of it, or Docker's own archive."""

from __future__ import annotations

import contextlib
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
FORMATS = ("oci", "oci-archive", "docker-archive")


def default_output(name: str, version: str, format_: Format) -> Path:
    """Where an image goes when nobody says: into the current folder, under its name."""
    ending = "" if format_ == "oci" else ".oci.tar" if format_ == "oci-archive" else ".docker.tar"
    return Path(f"{name.rpartition('/')[2]}-{version}{ending}")


@contextlib.contextmanager
def beside(output: Path, format_: Format) -> Iterator[Path]:
    """A folder to make an image in, beside where it will be, and gone afterwards.

    Raises ConfigError where the output cannot be put there: nothing but an image is ever replaced.
    """
    if output.exists():
        of_image = output.is_dir() and ((output / "oci-layout").is_file() or not any(output.iterdir()))
        if not (of_image if format_ == "oci" else output.is_file() and tarfile.is_tarfile(output)):
            raise ConfigError(f"{output} is there already, and is no image", hint="give another --output")
    folder = output.with_name(f".{output.name}.new-{os.getpid()}")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        named = str(error.filename or output)
        place = output if Path(named).is_relative_to(folder) else named
        raise ConfigError(f"cannot write {place}: {error.strerror}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def hand_over(layout: Layout, output: Path, format_: Format, epoch: int) -> None:
    """Put the image of a layout, which is used up, where it was asked for. Docker's archive holds one platform."""
    if format_ == "oci":
        if output.exists():
            shutil.rmtree(output)
        layout.folder.rename(output)
    elif format_ == "oci-archive":
        write_archive(layout, output, epoch)
    else:
        root = layout.root()
        reference = root.annotations.get(REFERENCE, "")
        write_docker_archive(layout, one_platform(layout), reference, output, epoch)


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
