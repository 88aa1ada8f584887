"""A layer may come from anyone: whatever it says, nothing outside of its folder is written, changed or removed."""

from __future__ import annotations

import contextlib
import gzip
import io
import tarfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.authoring import ConfigError
from penstock_builder.image.layout import LAYER, Layout
from penstock_builder.image.unpacking import find_in_layer, inside, unpack_layer, verified

KINDS = (
    tarfile.REGTYPE,
    tarfile.DIRTYPE,
    tarfile.SYMTYPE,
    tarfile.LNKTYPE,
    tarfile.CHRTYPE,
    tarfile.FIFOTYPE,
)
PARTS = st.sampled_from(["a", "b", "..", ".", "/", ".wh.a", ".wh...", ".wh.", ".wh..wh..opq", "outside"])
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


def member(
    name: str, kind: bytes = tarfile.REGTYPE, link: str = "", data: bytes = b"new"
) -> tuple[tarfile.TarInfo, bytes]:
    """One entry of a layer."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode = kind, link, 0o755
    data = data if kind == tarfile.REGTYPE else b""
    made.size = len(data)
    return made, data


def layer(*members: tuple[tarfile.TarInfo, bytes]) -> io.BytesIO:
    """A layer as another tool may write it."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for one, data in members:
            tar.addfile(one, io.BytesIO(data))
    made.seek(0)
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder for layers, with something beside it that is no layer's business."""
    (tmp_path / "root").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").write_text("mine")
    return tmp_path / "root"


SYM, HARD = tarfile.SYMTYPE, tarfile.LNKTYPE

HOSTILE = {
    "a name above": [member("../outside/file")],
    "a name above, from the root": [member("/../outside/file")],
    "a name from two slashes": [member("//outside/file"), member("//.wh.outside")],
    "through a link from two slashes": [member("a", SYM, "//outside"), member("a/file")],
    "a folder above": [member("../other", tarfile.DIRTYPE)],
    "through a link": [member("a", SYM, "../outside"), member("a/file")],
    "through a link from the root": [member("a", SYM, "/outside"), member("a/file")],
    "through two links": [member("a", SYM, ".."), member("b", SYM, "a/outside"), member("b/file")],
    "onto a link": [member("a", SYM, "../outside/file"), member("a")],
    "a hard link above": [member("a", HARD, "../outside/file"), member("a")],
    "a hard link to a link": [member("a", SYM, "../outside/file"), member("b", HARD, "a"), member("b")],
    "a hard link through a link": [member("a", SYM, "../outside"), member("b", HARD, "a/file"), member("b")],
    "removed by name": [member("a/.wh..."), member(".wh..."), member(".wh.."), member(".wh.")],
    "removed above": [member("../.wh.outside")],
    "removed through a link": [member("a", SYM, "../outside"), member("a/.wh.file")],
    "all removed through a link": [member("a", SYM, "../outside"), member("a/.wh..wh..opq")],
    "a link in a circle": [member("a", SYM, "b"), member("b", SYM, "a"), member("a/file")],
}


@pytest.mark.parametrize("members", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_outside_is_touched(root: Path, members: Sequence[tuple[tarfile.TarInfo, bytes]]) -> None:
    """Neither by names, nor by links, nor by what hides other files. It is refused, or it lands inside."""
    before = _outside(root)

    with contextlib.suppress(ConfigError):
        unpack_layer(layer(*members), root)

    assert root.is_dir()
    assert _outside(root) == before == {"outside": None, "outside/file": b"mine"}


@given(
    st.lists(st.tuples(NAMES, st.sampled_from(KINDS), NAMES), max_size=8),
)
def test_no_layer_reaches_out(
    tmp_path_factory: pytest.TempPathFactory, entries: Sequence[tuple[str, bytes, str]]
) -> None:
    """The same for any mixture of names, kinds and links."""
    root = tmp_path_factory.mktemp("any") / "root"
    (root.parent / "outside").mkdir()
    (root.parent / "outside/a").write_text("mine")
    before = _outside(root)

    with contextlib.suppress(ConfigError):
        unpack_layer(layer(*(member(*entry) for entry in entries)), root)

    assert _outside(root) == before


def test_links_lead_where_they_lead_in_a_container(root: Path) -> None:
    """A link from the root begins at the folder; `..` ends there. Debian's `/var/run` is such a link."""
    unpack_layer(layer(member("var/run", SYM, "/run"), member("deep", SYM, "../../../run")), root)
    unpack_layer(layer(member("var/run/one"), member("deep/two")), root)

    assert sorted(path.name for path in (root / "run").iterdir()) == ["one", "two"]
    assert inside(root, PurePosixPath("/var/run/one")) == root / "run/one"


def test_a_later_layer_replaces_what_has_the_name(root: Path) -> None:
    """A link itself, not what it leads to; a folder by a file, and the other way round."""
    unpack_layer(
        layer(
            member("tool.1", data=b"one"),
            member("tool", SYM, "/tool.1"),
            member("same", HARD, "tool.1"),
            member("folder/old"),
            member("file"),
        ),
        root,
    )

    unpack_layer(
        layer(
            member("tool", data=b"two"),
            member("same", data=b"three"),
            member("folder"),
            member("file", tarfile.DIRTYPE),
        ),
        root,
    )

    assert (root / "tool.1").read_bytes() == b"one"
    assert ((root / "tool").read_bytes(), (root / "same").read_bytes()) == (b"two", b"three")
    assert not (root / "tool").is_symlink()
    assert (root / "folder").is_file()
    assert (root / "file").is_dir()


def test_a_layer_hides_only_what_is_below_it(root: Path) -> None:
    """Not its own files, wherever in the layer the mark stands (image-spec, layer.md); what is not there is no error."""
    unpack_layer(layer(member("a/sub/old"), member("b")), root)

    unpack_layer(
        layer(
            member("a/sub/new"),
            member("a/.wh..wh..opq"),
            member("b"),
            member(".wh.b"),
            member("none/.wh..wh..opq"),
        ),
        root,
    )

    assert sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()) == ["a/sub/new", "b"]


def test_no_device_is_made_and_no_right_is_given(root: Path) -> None:
    """A program that runs as its owner would run as whoever unpacks."""
    special, _ = member("bin/special")
    special.mode = 0o6777

    unpack_layer(
        layer(member("dev/null", tarfile.CHRTYPE), member("pipe", tarfile.FIFOTYPE), (special, b"new")), root
    )

    assert sorted(str(p.relative_to(root)) for p in root.rglob("*")) == ["bin", "bin/special"]
    assert (root / "bin/special").stat().st_mode & 0o7777 == 0o755


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no layer",
        layer(member("a", data=bytes(100_000))).getvalue()[:60],
        gzip.compress(b"x" * 2000),
        b"\x28\xb5\x2f\xfd" + bytes(600),
    ],
    ids=["empty", "text", "cut", "no tar", "zstd"],
)
def test_what_is_no_layer_is_told(root: Path, data: bytes) -> None:
    """An image of another tool may be packed in a form that is not read here, or be damaged."""
    with pytest.raises(ConfigError, match="a layer of the image cannot be read"):
        unpack_layer(io.BytesIO(data), root)


def test_damage_that_a_tar_hides_is_found(tmp_path: Path, root: Path) -> None:
    """A tar that breaks off at a damaged entry reads like a short one: the digest tells."""
    layout = Layout.create(tmp_path / "layout")
    blob = layout.add(layer(member("a"), member("b")).getvalue(), LAYER)
    layout.path(blob).write_bytes(layer(member("a")).getvalue())

    with pytest.raises(ConfigError, match="is damaged"), verified(layout, blob) as stream:
        unpack_layer(stream, root)


def test_a_file_is_found_in_a_layer() -> None:
    """By the end of its path, among whole names of folders."""
    made = layer(
        member("usr/lib/not_airbyte_cdk/x.yaml", data=b"no"),
        member("usr/lib/airbyte_cdk/x.yaml", data=b"yes"),
    ).getvalue()

    assert find_in_layer(io.BytesIO(made), "airbyte_cdk/x.yaml") == b"yes"
    assert find_in_layer(io.BytesIO(made), "airbyte_cdk/y.yaml") is None


def _outside(root: Path) -> dict[str, bytes | None]:
    """All that lies beside the folder."""
    found = {}
    for path in root.parent.rglob("*"):
        if not path.is_relative_to(root):
            found[str(path.relative_to(root.parent))] = path.read_bytes() if path.is_file() else None
    return found
