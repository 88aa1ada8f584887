"""What an image may replace, what is left behind, and what is shared with the cache: nothing."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.builder.image.registries import small_image

from penstock.authoring import ConfigError
from penstock_builder.image.layout import Descriptor, Layout, descriptor, read_document
from penstock_builder.image.outputs import FORMATS, Format, beside, bring, hand_over


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """An image for two platforms, with a document attached."""
    return small_image(tmp_path_factory.mktemp("image"))


ENDING: Mapping[str, str] = {"oci": "", "oci-archive": ".tar", "docker-archive": ".tar"}


@pytest.mark.parametrize("format_", FORMATS)
def test_an_image_replaces_an_image(image: Layout, tmp_path: Path, format_: Format) -> None:
    """Whatever its form: who builds again has the newest, and nothing else lies about."""
    output = tmp_path / f"image{ENDING[format_]}"

    for _ in range(2):
        _put(image, output, format_)

    assert [path.name for path in tmp_path.iterdir()] == [output.name]


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("backup.tar.gz", {"oci-layout": b"{}", "index.json": b'{"manifests": []}'}),
        ("backup.tar", {"letters/2024.txt": b"mine"}),
        ("extension.tar", {"manifest.json": b"[]", "background.js": b"mine"}),
        ("store.tar", {"oci-layout": b"{}", "index.json": b'{"manifests": [{}, {}]}'}),
        ("saved.tar", {"manifest.json": b"[{}, {}]"}),
        ("odd.tar", {"manifest.json": b"not JSON"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("format_", ["oci-archive", "docker-archive"])
def test_a_tar_that_is_no_image_is_left_alone(
    image: Layout, tmp_path: Path, format_: Format, name: str, members: Mapping[str, bytes]
) -> None:
    """A backup, packed or plain, a browser's extension, an archive of several images."""
    output = tmp_path / name
    with tarfile.open(output, "w:gz" if name.endswith("gz") else "w") as tar:
        for path, data in members.items():
            member = tarfile.TarInfo(path)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    before = output.read_bytes()

    with pytest.raises(ConfigError, match="is there already, and is no image"):
        _put(image, output, format_)

    assert output.read_bytes() == before


@pytest.mark.parametrize("more", ["notes.txt", ".git", "image of others", "damage"])
def test_a_store_is_left_alone(image: Layout, tmp_path: Path, more: str) -> None:
    """A layout with something else beside its blobs, or with several images, is somebody's store."""
    _put(image, tmp_path / "store", "oci")
    store = Layout(tmp_path / "store")
    if more == "image of others":
        store.point_at([*store.roots(), Descriptor("x", "sha256:" + "0" * 64, 1)])
    elif more == "damage":
        (store.folder / "index.json").write_text("{}")
    else:
        (store.folder / more).write_text("mine")
    before = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}

    with pytest.raises(ConfigError, match="is there already, and is no image"):
        _put(image, store.folder, "oci")

    assert {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()} == before


def test_the_folder_that_one_stands_in_takes_an_image(
    image: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`-o .`, twice: the folder stays the same one, so that a shell in it goes on."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = Path().stat().st_ino

    for _ in range(2):
        _put(image, Path(), "oci")

    assert Layout(tmp_path / "here").root().digest == image.root().digest
    assert Path().stat().st_ino == (tmp_path / "here").stat().st_ino == before


@pytest.mark.parametrize("format_", FORMATS)
def test_a_link_leads_to_where_the_image_goes(image: Layout, tmp_path: Path, format_: Format) -> None:
    """The link stays a link."""
    target, link = tmp_path / f"image{ENDING[format_]}", tmp_path / "link"
    _put(image, target, format_)
    link.symlink_to(target.name)

    _put(image, link, format_)

    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([target.name, "link"])


def test_a_link_that_leads_in_a_circle_is_told(image: Layout, tmp_path: Path) -> None:
    """As any other place that cannot be written."""
    (tmp_path / "link").symlink_to("link")

    with pytest.raises(ConfigError, match=f"cannot write {tmp_path / 'link'}"):
        _put(image, tmp_path / "link", "oci")


def test_an_output_shares_nothing_with_where_it_came_from(image: Layout, tmp_path: Path) -> None:
    """Who edits or closes a file of the output, damages no cache and no base."""
    copy = Layout.create(tmp_path / "copy")

    bring(image, copy, "x:1")

    for blob in (tmp_path / "copy/blobs/sha256").iterdir():
        assert blob.stat().st_nlink == 1, blob


def test_what_is_damaged_in_the_cache_is_made_anew(image: Layout, tmp_path: Path) -> None:
    """It is told where, and the next build no longer finds it made; another's layout keeps what it has."""
    bring(image, Layout.create(tmp_path / "cached"), "x:1")
    bring(image, Layout.create(tmp_path / "own"), "x:1")
    (tmp_path / "cached/.complete").touch()
    manifest = next(map(descriptor, read_document(image, image.root())["manifests"]))
    layer = descriptor(read_document(image, manifest)["layers"][0])
    told = {}

    for name in ("cached", "own"):
        source = Layout(tmp_path / name)
        source.path(layer).write_bytes(b"x" * layer.size)
        with pytest.raises(ConfigError, match="damaged") as failure:
            Layout.create(tmp_path / f"to-{name}").take(source, layer)
        told[name] = failure.value

    assert str(tmp_path / "cached") in str(told["cached"])
    assert told["cached"].hint == "it is thrown away: once more, and it is made anew"
    assert not (tmp_path / "cached/.complete").exists()
    assert str(tmp_path / "own") in str(told["own"])
    assert not told["own"].hint


_STOPPED = """
import sys, time
from pathlib import Path
from penstock.authoring import human_session
from penstock_builder.image.outputs import beside
with human_session(), beside(Path(sys.argv[1]), "oci") as folder:
    (folder / "blobs").mkdir(parents=True)
    print("begun", flush=True)
    time.sleep(60)
"""


def test_a_build_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    """By the signal of `kill`, of a container's end and of a runner's time-out; its exit code tells so."""
    command = [sys.executable, "-c", _STOPPED, str(tmp_path / "image")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as begun:
        assert begun.stdout is not None
        assert begun.stdout.readline() == "begun\n"

        begun.send_signal(signal.SIGTERM)

        assert begun.wait(timeout=20) == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_build_left_is_cleared(image: Layout, tmp_path: Path) -> None:
    """What another build makes just now stays."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    living = f".image.new-{os.getppid()}"
    for name in (f".image.new-{dead.pid}", f".image.new-{os.getpid()}", living, ".image.new-x"):
        (tmp_path / name / "blobs/sha256").mkdir(parents=True)
        (tmp_path / name / "blobs/sha256/old").touch()

    _put(image, tmp_path / "image", "oci")

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([living, ".image.new-x", "image"])
    assert not (tmp_path / "image/blobs/sha256/old").exists()


def _put(image: Layout, output: Path, format_: Format) -> None:
    """As the commands do."""
    with beside(output, format_) as folder:
        layout = Layout.create(folder)
        bring(image, layout, "acme/source-people:1.2.0")
        hand_over(layout, output, format_, 0)
