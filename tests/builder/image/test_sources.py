from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builder.image.registries import docker_registry, small_image

from penstock.authoring import ConfigError
from penstock_builder.image.cache import Cache
from penstock_builder.image.layout import INDEXES, Layout, Platform, all_referrers, descriptor, read_document
from penstock_builder.image.reference import Reference, parse_reference
from penstock_builder.image.registry import push
from penstock_builder.image.registry_http import RegistryError
from penstock_builder.image.signing import sign, verify_signature
from penstock_builder.image.sources import Access, kept_base, open_source

AMD64 = Platform("linux", "amd64")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """An image for two platforms."""
    return small_image(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def name(image: Layout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where that image is in a registry."""
    with docker_registry(tmp_path_factory.mktemp("registry")) as host:
        target = Reference(host, "acme/base", "1")
        push(image, Access().session(target, push=True), target)
        yield f"{host}/acme/base"


def test_a_base_of_a_registry_is_kept_for_the_platforms_that_are_built(
    image: Layout, name: str, tmp_path: Path
) -> None:
    """Layers of others are not fetched, though the index is whole: its digest is that of the base."""
    digest = image.root().digest

    kept = kept_base(open_source(f"{name}@{digest}", Access()), [AMD64], Cache(tmp_path))

    assert isinstance(kept, Layout)
    assert kept.root().digest == digest
    assert kept.root().media_type in INDEXES
    for child in map(descriptor, read_document(kept, kept.root())["manifests"]):
        layers = map(descriptor, read_document(kept, child)["layers"])
        assert all(kept.has(layer) == (child.platform == AMD64) for layer in layers)
    assert list(all_referrers(kept)) == []


def test_a_base_is_not_named_by_tag_alone(image: Layout, name: str, tmp_path: Path) -> None:
    """A tag means something else tomorrow; the hint is the digest that it means today."""
    with pytest.raises(ConfigError, match="by its digest, not by a tag") as failure:
        kept_base(open_source(f"{name}:1", Access()), [AMD64], Cache(tmp_path))

    assert image.root().digest in failure.value.hint


def test_an_image_on_disk_comes_first(image: Layout) -> None:
    """A path is a path; what looks like one and is none is not looked for in a registry."""
    assert isinstance(open_source(str(image.folder), Access()), Layout)
    with pytest.raises(ConfigError, match="there is no image at"):
        open_source("./nothing", Access())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("python", "docker.io/library/python:latest"),
        ("python:3.11", "docker.io/library/python:3.11"),
        ("docker.io/python:3.11", "docker.io/library/python:3.11"),
        ("docker.io/library/python:3.11", "docker.io/library/python:3.11"),
        ("docker.io/acme/source:1", "docker.io/acme/source:1"),
        ("acme/source:1", "docker.io/acme/source:1"),
        ("localhost:5000/source:1", "localhost:5000/source:1"),
        ("registry.example.com/source", "registry.example.com/source:latest"),
    ],
)
def test_names_are_read_as_docker_reads_them(text: str, name: str) -> None:
    """Docker's own images are in `library`, whether its registry is written or not."""
    assert str(parse_reference(text)) == name


@pytest.mark.parametrize("host", [f"{'a' * 300}.io", "a..io", "a.io:123456"])
def test_a_host_that_cannot_be_is_told(host: str) -> None:
    """Before anything is asked; a name that is too long for a path is no path."""
    with pytest.raises(ConfigError, match="not the name of an image"):
        open_source(f"{host}/x", Access())


def test_what_is_neither_on_disk_nor_in_dockers_registry_is_told_as_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`out/source-x-1.0.0` may be meant as a folder; one of a registry is named with it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    source = open_source("out/source-x-1.0.0", Access())

    with pytest.raises(RegistryError) as failure:
        source.root()

    assert "there is no folder and no file out/source-x-1.0.0 here" in failure.value.hint


def test_a_signature_is_cosigns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It signs a digest, never a tag, by a key that is named; a stand-in notes what it is asked for."""
    cosign, asked = tmp_path / "cosign", tmp_path / "asked"
    cosign.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n[ "$1 $3" != "verify other.pub" ]\n')
    cosign.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    target, digest = parse_reference("registry.example.com/acme/source:1"), "sha256:" + "a" * 64

    sign(target, digest, "key.pem")

    assert verify_signature(target, digest, "key.pub")
    assert not verify_signature(target, digest, "other.pub")
    image = f"registry.example.com/acme/source@{digest}"
    assert asked.read_text().splitlines()[:2] == [
        f"sign --yes --key key.pem {image}",
        f"verify --key key.pub {image}",
    ]


def test_without_cosign_there_is_no_signature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is told, and nothing is taken for signed."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ConfigError, match="there is no `cosign` here"):
        verify_signature(parse_reference("a.example/b:1"), "sha256:" + "a" * 64, "key.pub")
