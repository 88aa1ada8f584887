"""What git remembers of a connector's folder, as the gate of secrets and the time of an image see it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.builder.image.conftest import MANIFEST

from penstock.authoring import ConfigError, read_manifest
from penstock_builder.image.epoch import Epoch, epoch_of
from penstock_builder.image.gates import Checks, RefusedError, pass_gates
from penstock_builder.image.history import history_of

SECRET = "canary-7f3a9c2e"
FIRST, SECOND, THIRD = 1_700_000_000, 1_700_000_100, 1_700_000_200
"""Times of commits, in seconds since 1970."""


@pytest.fixture
def connector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A connector's folder, in a git repository of one commit; the secret is in the environment."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("SHOP_TOKEN", SECRET)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    folder = tmp_path / "repository/connector"
    folder.mkdir(parents=True)
    (folder / "manifest.yaml").write_text(MANIFEST)
    _git(folder, "init", "-q", "..")
    _commit(folder, FIRST)
    return folder


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"abc\0x\n\0yy\0zz token=%s\0end" % SECRET.encode(), 2),
        (b"one\nfirst\rtoken=%s\rlast\n" % SECRET.encode(), 2),
        (f"one\ntwo\ntoken={SECRET}\n".encode("utf-16"), 3),
        (f"one\ntwo\ntoken={SECRET}\n".encode("utf-16-be"), 3),
        (b"\x0c\x1c\x85\none\n@@ -1 +1 @@\n+++ b/other\ndiff --git a/x b/x\n%s\n" % SECRET.encode(), 6),
    ],
    ids=["binary", "carriage returns", "utf-16", "utf-16, big end first", "looks like a patch"],
)
def test_a_secret_of_any_file_that_was_committed_once_is_found(
    connector: Path, data: bytes, line: int
) -> None:
    """Whatever the file is; the commit, the file and the line are told."""
    commit = _committed_once(connector, "notes.bin", data)

    assert f"commit {commit} notes.bin:{line}:1: error[secret-in-image]" in _refused(connector)


@pytest.mark.parametrize("data", [b"\0\xff\0", b"a\0b\0" * 9, bytes(range(256)) * 3])
def test_a_binary_file_without_a_secret_passes(connector: Path, data: bytes) -> None:
    """Though it holds what could part a commit from the next."""
    _committed_once(connector, "logo.bin", data)

    _pass(connector)


@pytest.mark.parametrize("name", [f"{SECRET}.txt", f'té "{SECRET}" \t.txt', f"deep er/{SECRET}/a.txt"])
@pytest.mark.parametrize("data", [b"", b"x\n"], ids=["empty", "a line"])
def test_a_secret_in_the_name_of_a_file_is_found(connector: Path, name: str, data: bytes) -> None:
    """Of an empty one, too. The name is not told."""
    commit = _committed_once(connector, name, data)

    assert f"commit {commit} (a name with a secret):1:1: error[secret-in-image]" in _refused(connector)


def test_an_unusual_name_of_a_file_is_told_as_it_is(connector: Path) -> None:
    """Without the quotes that git puts around it."""
    commit = _committed_once(connector, 'té "x" y.txt', f"{SECRET}\n".encode())

    assert f'commit {commit} té "x" y.txt:1:1: error[secret-in-image]' in _refused(connector)


@pytest.mark.parametrize(
    "setting",
    [
        "log.showRoot=false",
        "log.follow=true",
        "log.showSignature=true",
        "log.diffMerges=off",
        "diff.external=true",
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.interHunkContext=9",
        "diff.context=9",
        "diff.renames=copies",
        "diff.notes.textconv=true",
        "diff.notes.binary=true",
        "color.ui=always",
        "core.quotePath=true",
        "i18n.logOutputEncoding=UTF-16",
        "core.bigFileThreshold=1",
    ],
)
def test_what_is_found_does_not_depend_on_how_git_is_set(connector: Path, setting: str) -> None:
    """By the user, or by the repository's attributes."""
    (connector / ".gitattributes").write_text("notes.txt diff=notes\nlogo.txt -diff\nbin.txt binary\n")
    (connector / "notes.txt").write_text("one\ntwo\nthree\n")
    (connector / "logo.txt").write_text(SECRET)
    (connector / "bin.txt").write_text(SECRET)
    root = _commit(connector, SECOND, "--amend")
    (connector / "notes.txt").write_text(f"one\ntwo\n{SECRET}\nthree\n{SECRET}\n")
    later = _commit(connector, SECOND)
    for path in ("notes.txt", "logo.txt", "bin.txt"):
        (connector / path).unlink()
    last = _commit(connector, THIRD, message=SECRET)
    key, _, value = setting.partition("=")
    _git(connector, "config", "--global", key, value)

    told = [line.split(":1: ")[0].strip() for line in _refused(connector).splitlines() if "commit " in line]

    assert set(told) == {
        f"commit {root} bin.txt:1",
        f"commit {root} logo.txt:1",
        f"commit {later} notes.txt:3",
        f"commit {later} notes.txt:5",
        f"commit {last} message:1",
    }


def test_a_secret_of_a_merge_is_found(connector: Path) -> None:
    """Of a branch, and of the merge itself."""
    _git(connector, "checkout", "-q", "-b", "side")
    branch = _committed_once(connector, "side.txt", SECRET.encode())
    _git(connector, "checkout", "-q", "-")
    (connector / "other.txt").write_text("x\n")
    _commit(connector, THIRD)
    _git(connector, "merge", "-q", "--no-ff", "--no-commit", "side")
    (connector / "merged.txt").write_text(SECRET)
    merge = _commit(connector, THIRD)

    told = _refused(connector)

    assert f"commit {branch} side.txt:1:1: " in told
    assert f"commit {merge} merged.txt:1:1: " in told


def test_a_shallow_history_is_told(connector: Path) -> None:
    """Secrets of what was not fetched are not found: how many commits were looked through, and how to have all."""
    _committed_once(connector, "notes.txt", SECRET.encode())
    clone = _shallow(connector)

    (note,) = [note for note in _pass(clone) if "shallow" in note]

    assert "1 commit " in note
    assert "fetch-depth: 0" in note


def test_a_shallow_clone_may_have_another_time_and_says_so(connector: Path) -> None:
    """The oldest commit in it seems to change every file: the digest would be another one."""
    (connector.parent / "elsewhere.txt").write_text("x\n")
    _commit(connector.parent, SECOND)
    clone = _shallow(connector)

    whole, shallow = epoch_of(connector), epoch_of(clone)

    assert whole == Epoch(FIRST)
    assert shallow.seconds == SECOND
    assert "SOURCE_DATE_EPOCH" in shallow.note
    assert "fetch-depth: 0" in shallow.note


def test_a_shallow_clone_that_has_the_commit_gives_its_time(connector: Path) -> None:
    """It is no note's business then."""
    (connector / "notes.txt").write_text("x\n")
    _commit(connector, SECOND)
    clone = _shallow(connector, depth=2)

    assert epoch_of(clone) == epoch_of(connector) == Epoch(SECOND)


@pytest.mark.parametrize("setting", ["log.follow=true", "log.showSignature=true"])
def test_the_time_does_not_depend_on_how_git_is_set(connector: Path, setting: str) -> None:
    """It is the last commit of the folder, not of its neighbours."""
    (connector.parent / "elsewhere.txt").write_text("x\n")
    _commit(connector.parent, SECOND)
    _git(connector, "config", "--global", *setting.split("="))

    assert epoch_of(connector) == Epoch(FIRST)


def test_a_history_that_git_refuses_to_tell_stops_a_build(
    connector: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as that of another user's folder: to pass it over would be to find nothing in it. git's reason is told."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

    for look in (_pass, epoch_of):
        with pytest.raises(ConfigError, match=r"(?s)detected dubious ownership.*hint: .*safe\.directory"):
            look(connector)


def test_the_reason_of_git_is_told_without_values(connector: Path) -> None:
    """It quotes settings."""
    _git(connector, "config", "--global", "diff.renameLimit", SECRET)

    with pytest.raises(ConfigError, match="bad numeric config value") as failure:
        history_of(connector)

    assert SECRET not in str(failure.value)


def test_a_hook_of_git_looks_into_the_folder_all_the_same(
    connector: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git gives its hooks the repository relative to another folder, and options of diffs may be there, too."""
    commit = _committed_once(connector, "notes.txt", f"one\n{SECRET}\n".encode())
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_DIFF_OPTS", "--unified=9")

    assert f"commit {commit} notes.txt:2:1: " in _refused(connector)


def test_without_a_repository_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither is there a history in a repository of no commit."""
    monkeypatch.setenv("SHOP_TOKEN", SECRET)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / "manifest.yaml").write_text(MANIFEST)

    outside, outside_epoch = _pass(tmp_path), epoch_of(tmp_path)
    _git(tmp_path, "init", "-q", ".")

    assert _pass(tmp_path) == outside
    assert not [note for note in outside if "git" in note]
    assert epoch_of(tmp_path) == outside_epoch
    assert outside_epoch.seconds == 0


def test_without_git_it_is_told_that_nothing_was_looked_through(
    connector: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that has the files of a repository may have no git."""
    monkeypatch.setenv("PATH", "/nowhere")

    assert [note for note in _pass(connector) if "no program `git`" in note]
    assert epoch_of(connector).seconds == 0


def _committed_once(connector: Path, name: str, data: bytes) -> str:
    """The commit of a file that the next commit takes away."""
    path = connector / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    commit = _commit(connector, SECOND)
    path.unlink()
    _commit(connector, THIRD)
    return commit


def _shallow(connector: Path, depth: int = 1) -> Path:
    """The connector's folder in a clone that has no more than the newest commits."""
    clone = connector.parents[1] / "clone"
    origin = connector.parent.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth", str(depth), origin, clone], check=True)
    return clone / connector.name


def _refused(connector: Path) -> str:
    with pytest.raises(RefusedError) as failure:
        _pass(connector)
    assert "canary" not in str(failure.value)
    return str(failure.value)


def _pass(connector: Path) -> tuple[str, ...]:
    manifest = connector / "manifest.yaml"
    shipped = {"manifest.yaml": manifest.read_bytes()}
    return pass_gates(read_manifest(manifest), manifest, shipped, Checks()).notes


def _git(folder: Path, *words: str, at: int = FIRST) -> str:
    own = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-C", str(folder)]
    made = {"GIT_AUTHOR_DATE": f"{at} +0000", "GIT_COMMITTER_DATE": f"{at} +0000"}
    command = ["env", *(f"{name}={value}" for name, value in made.items()), "git", *own, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _commit(folder: Path, at: int, *words: str, message: str = "change") -> str:
    _git(folder, "add", "-A", ".")
    _git(folder, "commit", "-q", "-m", message, *words, at=at)
    return _git(folder, "rev-parse", "HEAD").strip()[:12]
