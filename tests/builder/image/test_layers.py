from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.authoring import ConfigError
from penstock_builder.image.layers import (
    USER,
    Entry,
    find_in_layer,
    packs_like_others,
    unpack_layer,
    write_layer,
)
from penstock_builder.image.layout import Layout, digest_of

NAMES = st.text("abc", min_size=1, max_size=3)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: "/".join(["top", *parts, "file"]))


@given(st.dictionaries(PATHS, st.binary(max_size=50), max_size=8), st.randoms())
def test_the_order_of_files_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], random: object
) -> None:
    """A layer is decided by its files, not by how a folder lists them."""
    layout = Layout.create(tmp_path_factory.getbasetemp() / "order")
    entries = [Entry(path, data) for path, data in files.items()]
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random

    one, two = (write_layer(layout, each, USER, 7) for each in (entries, shuffled))

    assert one == two


def test_neither_umask_nor_clock_nor_locale_is_in_a_layer(tmp_path: Path) -> None:
    """The digest is known beforehand: it is the same on every machine."""
    layout = Layout.create(tmp_path / "layout")
    before = os.umask(0o077)
    try:
        layer = write_layer(layout, [Entry("é/b.txt", b"two"), Entry("a", link="é/b.txt")], USER, 7)
    finally:
        os.umask(before)

    assert layer.diff_id == "sha256:42ec3947566210e81b1869e4eaf0881a05143ccbf7500b50d65850b305baf008"
    assert packs_like_others()
    assert layer.blob.digest == "sha256:c728badedf5d9232e6e67c5bc01e7e2591cfcf0ef548993fd1d7e4618f71b31f"


def test_a_layer_is_what_tar_and_gzip_read(tmp_path: Path) -> None:
    """Files with owner, time and mode; folders that hold them; nothing of the machine."""
    layout = Layout.create(tmp_path / "layout")

    layer = write_layer(layout, [Entry("opt/x/run", b"#!", 0o755), Entry("opt/to", link="x/run")], USER, 7)

    with tarfile.open(layout.path(layer.blob)) as tar:
        told = {member.name: member for member in tar}
    assert list(told) == ["opt", "opt/to", "opt/x", "opt/x/run"]
    assert {(m.uid, m.gid, m.mtime, m.uname) for m in told.values()} == {(1000, 1000, 7, "")}
    assert (told["opt/x/run"].mode, told["opt"].mode, told["opt/to"].linkname) == (0o755, 0o755, "x/run")
    assert layer.blob.digest == digest_of(layout.path(layer.blob).read_bytes())


def test_two_files_of_one_path_are_refused(tmp_path: Path) -> None:
    """One would hide the other."""
    with pytest.raises(ValueError, match="two files"):
        write_layer(Layout.create(tmp_path), [Entry("a/b"), Entry("a/b")], USER, 0)


def test_what_a_layer_hides_is_gone(tmp_path: Path) -> None:
    """Whiteouts (image-spec, layer.md): one for a file, one for all that a folder held."""
    folder = tmp_path / "root"
    unpack_layer(packed({"a/one": b"1", "a/two": b"2", "b/old": b"3"}), folder)

    unpack_layer(packed({"a/.wh.one": b"", "b/.wh..wh..opq": b"", "b/new": b"4"}), folder)

    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()) == ["a/two", "b/new"]


@pytest.mark.parametrize("name", ["../out", "a/../../.wh.out", "/../../.wh.out"])
def test_a_layer_cannot_reach_out_of_its_folder(tmp_path: Path, name: str) -> None:
    """Neither to write nor to remove."""
    (tmp_path / "out").write_text("here")
    (tmp_path / "root/a").mkdir(parents=True)

    with pytest.raises((ConfigError, tarfile.OutsideDestinationError)):
        unpack_layer(packed({name: b"changed"}), tmp_path / "root")

    assert (tmp_path / "out").read_text() == "here"


def test_a_file_is_found_in_a_layer() -> None:
    """By the end of its path, among whole names of folders."""
    layer = {"usr/lib/not_airbyte_cdk/x.yaml": b"no", "usr/lib/airbyte_cdk/x.yaml": b"yes"}

    assert find_in_layer(packed(layer), "airbyte_cdk/x.yaml") == b"yes"
    assert find_in_layer(packed(layer), "airbyte_cdk/y.yaml") is None


def packed(files: dict[str, bytes]) -> io.BytesIO:
    """A layer as another tool may write it."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    made.seek(0)
    return made
