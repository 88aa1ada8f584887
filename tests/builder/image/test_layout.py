from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from tests.builder.image.conftest import EPOCH, Tool

from penstock.authoring import ConfigError
from penstock_builder.image.archives import write_archive, write_docker_archive
from penstock_builder.image.base import read_base
from penstock_builder.image.build import Built
from penstock_builder.image.layout import (
    CONFIG,
    INDEX,
    MANIFEST,
    Archive,
    Descriptor,
    Layout,
    Platform,
    blob_path,
    descriptor,
    everything,
    open_image,
    parts,
    read_blob,
)

AMD64, ARM64 = Platform("linux", "amd64"), Platform("linux", "arm64")


@pytest.mark.parametrize(
    "digest", ["sha256:../../etc/passwd", "sha512:" + "a" * 64, "sha256:" + "A" * 64, "x"]
)
def test_a_digest_cannot_name_a_file_elsewhere(digest: str) -> None:
    """A digest of an image from elsewhere becomes a path here."""
    with pytest.raises(ValueError, match=r"x|:"):
        blob_path(digest)
    with pytest.raises(ConfigError):
        descriptor({"mediaType": "x", "digest": digest, "size": 1})


def test_a_damaged_blob_is_not_taken(tmp_path: Path) -> None:
    """What is read is what the digest says, or nothing."""
    theirs, ours = Layout.create(tmp_path / "theirs"), Layout.create(tmp_path / "ours")
    blob = theirs.add(b"layer", "text/plain")
    theirs.path(blob).write_bytes(b"liar!")

    with pytest.raises(ConfigError, match="damaged"):
        ours.take(theirs, blob)
    with pytest.raises(ConfigError, match="damaged"):
        read_blob(theirs, blob)

    assert not ours.has(blob)
    assert list((tmp_path / "ours/blobs/sha256").iterdir()) == []


def test_a_folder_that_is_no_layout_is_told(tmp_path: Path) -> None:
    """So is a file that is no archive."""
    (tmp_path / "file").write_bytes(b"no tar")

    with pytest.raises(ConfigError, match="not an OCI image layout"):
        open_image(tmp_path).root()
    with pytest.raises(ConfigError, match="not an OCI archive"):
        open_image(tmp_path / "file")


def test_an_archive_holds_the_same_image(small: Built, tmp_path: Path) -> None:
    """Every blob, and nothing else; written twice it is the same file."""
    one, two = tmp_path / "one.tar", tmp_path / "two.tar"

    for path in (one, two):
        write_archive(small.layout, path, EPOCH)

    archive = Archive(one)
    copy = Layout.create(tmp_path / "copy")
    copy.take_all(archive, archive.root())
    assert archive.root().digest == small.digest
    assert all(copy.has(blob) for blob in parts(small.layout, small.layout.root()))
    assert one.read_bytes() == two.read_bytes()


def test_an_archive_that_is_not_finished_is_not_there(small: Built, tmp_path: Path) -> None:
    """Nor is anything of it, under whatever name."""
    layout = Layout.create(tmp_path / "layout")
    layout.take_all(small.layout, small.layout.root())
    (tmp_path / "out").mkdir()
    layout.point_at([small.layout.root()])
    (layout.folder / "oci-layout").unlink()

    with pytest.raises(OSError, match="oci-layout"):
        write_archive(layout, tmp_path / "out/image.tar", EPOCH)

    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("platform", [AMD64, ARM64], ids=str)
def test_skopeo_finds_each_platform(small: Built, tool: Tool, tmp_path: Path, platform: Platform) -> None:
    """By its own checks of digests, in the layout and in the archive; umoci unpacks what it copied."""
    write_archive(small.layout, tmp_path / "image.tar", EPOCH)
    wanted = f"--override-arch={platform.architecture}"

    for source in (f"oci:{small.layout.folder}:{small.reference}", f"oci-archive:{tmp_path / 'image.tar'}"):
        told = json.loads(tool("skopeo", wanted, "inspect", source))
        assert (told["Architecture"], told["Labels"]["io.airbyte.version"]) == (
            platform.architecture,
            "1.2.0",
        )

    tool("skopeo", wanted, "copy", f"oci:{small.layout.folder}:{small.reference}", f"oci:{tmp_path}/one:x")
    (copied,) = Layout(tmp_path / "one").roots()
    assert copied.digest == small.images[platform].manifest.digest


def test_umoci_unpacks_a_platform(small: Built, tool: Tool, tmp_path: Path) -> None:
    """The manifest is where entry points look for it."""
    tool("skopeo", "copy", f"oci:{small.layout.folder}:{small.reference}", f"oci:{tmp_path}/one:x")

    tool("umoci", "unpack", "--rootless", "--image", f"{tmp_path}/one:x", tmp_path / "bundle")
    assert (
        tmp_path / "bundle/rootfs/airbyte/integration_code/source_declarative_manifest/manifest.yaml"
    ).is_file()


def test_a_docker_archive_is_read_by_skopeo(small: Built, tool: Tool, tmp_path: Path) -> None:
    """The form of `docker save`: one platform under its name."""
    image: Descriptor = small.images[AMD64].manifest

    write_docker_archive(small.layout, image, small.reference, tmp_path / "docker.tar", EPOCH)

    told = json.loads(tool("skopeo", "inspect", f"docker-archive:{tmp_path / 'docker.tar'}"))
    with tarfile.open(tmp_path / "docker.tar") as tar:
        names = tar.getnames()
        (listed,) = json.load(tar.extractfile("manifest.json") or pytest.fail("no manifest.json"))
    assert listed["RepoTags"] == [small.reference]
    assert told["Architecture"] == "amd64"
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("document", "media_type"),
    [
        ([], MANIFEST),
        ({"schemaVersion": 2}, MANIFEST),
        ({"config": {}, "layers": 3}, MANIFEST),
        ({"manifests": 3}, INDEX),
        ("text", INDEX),
        ({"manifests": ["text"]}, INDEX),
    ],
)
def test_what_is_no_image_is_told(tmp_path: Path, document: object, media_type: str) -> None:
    """A registry gives whatever was pushed to it."""
    layout = Layout.create(tmp_path)
    layout.point_at([layout.add_document(document, media_type)])

    told = "not one of an image|descriptor in the image is malformed"
    with pytest.raises(ConfigError, match=told):
        read_base(layout)
    with pytest.raises(ConfigError, match=told):
        list(everything(layout))


@pytest.mark.parametrize(
    "config", [[], {}, {"os": "linux", "architecture": "amd64"}, {"rootfs": {"diff_ids": []}}]
)
def test_a_config_that_lacks_what_is_needed_is_told(tmp_path: Path, config: object) -> None:
    """Its platform, and its layers."""
    layout = Layout.create(tmp_path)
    told = {"config": layout.add_document(config, CONFIG).as_json(), "layers": []}
    layout.point_at([layout.add_document(told, MANIFEST)])

    with pytest.raises(ConfigError, match="not one of an image"):
        read_base(layout)
