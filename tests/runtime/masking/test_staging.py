from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from penstock.errors import ConfigError, StreamError
from penstock.masking import staging
from penstock.masking.staging import safe_path, stage, staging_folder


@pytest.mark.parametrize(
    ("name", "path"),
    [
        pytest.param("report.pdf", "report.pdf", id="a name"),
        pytest.param("2024/05/report.pdf", "2024/05/report.pdf", id="folders"),
        pytest.param("/etc/passwd", "etc/passwd", id="from the root"),
        pytest.param("../../x", "x", id="out of the folder"),
        pytest.param("a/./../b//c/", "a/b/c", id="in circles"),
        pytest.param(" .. /x", "x", id="dots with spaces"),
        pytest.param("a\0b\nc", "abc", id="control characters"),
        pytest.param("Rechnung Nr. 5, Köln.pdf", "Rechnung Nr. 5, Köln.pdf", id="letters of the world"),
        pytest.param("/../", "", id="nothing left"),
    ],
)
def test_a_name_stays_in_its_folder(name: str, path: str) -> None:
    """Names come from records, and so from anyone."""
    assert safe_path(name) == path


def test_a_file_is_there_whole(tmp_path: Path) -> None:
    """With its size; one of the same name is replaced."""
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "a.pdf").write_bytes(b"an older and longer one")

    place, size = stage(tmp_path, "orders/a.pdf", [b"one", b"two"])

    assert place.read_bytes() == b"onetwo"
    assert size == 6


def test_a_file_that_breaks_off_is_not_there(tmp_path: Path) -> None:
    """Not even in part."""

    def chunks() -> Iterator[bytes]:
        yield b"one"
        raise StreamError("the answer broke off")

    with pytest.raises(StreamError, match="broke off"):
        stage(tmp_path, "orders/a.pdf", chunks())

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_link_does_not_lead_out(tmp_path: Path) -> None:
    """Whoever can write to the folder cannot make us write elsewhere."""
    folder, elsewhere = tmp_path / "staging", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "orders").symlink_to(elsewhere)

    with pytest.raises(StreamError, match="leads out of it"):
        stage(folder, "orders/a.pdf", [b"one"])

    assert not list(elsewhere.iterdir())


def test_the_system_says_why_a_file_cannot_be_written(tmp_path: Path) -> None:
    """But not which: its name may be personal."""
    (tmp_path / "orders").write_bytes(b"")

    with pytest.raises(StreamError) as caught:
        stage(tmp_path, "orders/ada@example.com.pdf", [b"one"])

    assert str(caught.value) == "a file cannot be put into the staging folder: File exists"


def test_a_folder_of_someone_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anyone can lay a link where a folder below /tmp is to be."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "transfer").symlink_to(tmp_path / "theirs")
    monkeypatch.setattr(staging, "FALLBACK_FOLDER", str(tmp_path / "transfer"))

    with pytest.raises(ConfigError, match="belongs to someone else"):
        stage(tmp_path / "transfer", "a.pdf", [b"one"])


def test_the_folder_is_for_this_user_alone(tmp_path: Path) -> None:
    """Files are as private as records."""
    stage(tmp_path / "transfer", "a.pdf", [b"one"])

    assert (tmp_path / "transfer").stat().st_mode & 0o777 == 0o700


def test_the_platform_names_the_folder(tmp_path: Path) -> None:
    """One that does not exist does not count."""
    assert staging_folder({"AIRBYTE_STAGING_DIRECTORY": str(tmp_path)}) == tmp_path
    assert staging_folder({"AIRBYTE_STAGING_DIRECTORY": str(tmp_path / "none")}) == Path(
        "/tmp/airbyte-file-transfer"
    )
