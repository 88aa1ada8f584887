from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_builder.image.layers import (
    USER,
    Entry,
    packs_like_others,
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
