"""`penstock image`, as a user calls it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.builder.image.conftest import MANIFEST, Tool
from tests.builder.image.registries import PASSWORD, USER, docker_registry, with_passwords
from tests.command import Outcome, run_command

from penstock_builder.image.attached import attach, read_attached
from penstock_builder.image.base import Base
from penstock_builder.image.build import Built
from penstock_builder.image.layout import Layout, all_referrers, open_image

NAME = "acme/source-people:1.2.0"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, built: Built) -> Path:
    """A connector's folder; `built` warms the cache, so that an image takes a second."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "manifest.yaml").write_text(MANIFEST)
    return folder


@pytest.fixture(scope="module")
def image(project: Path) -> Path:
    """An image that the command made."""
    made = project / "image"
    _well("build", str(project), "-t", NAME, "-o", str(made))
    return made


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry with a password."""
    folder = tmp_path_factory.mktemp("registry")
    with docker_registry(folder, with_passwords(folder)) as host:
        yield host


@pytest.mark.parametrize("words", [["--password-env", "REGISTRY_PASSWORD"], []], ids=["variable", "login"])
def test_an_image_goes_to_a_registry_and_back(
    image: Path, registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], tool: Tool
) -> None:
    """With its documents; the password is named, or it is that of `skopeo login`."""
    monkeypatch.setenv("REGISTRY_PASSWORD", PASSWORD)
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "auth.json"))
    access = ["--username", USER, *words] if words else []
    if not words:
        tool("skopeo", "login", "--tls-verify=false", "-u", USER, "-p", PASSWORD, registry)
    name = f"{registry}/{NAME}"

    pushed = _well("push", str(image), name, *access)
    shown = json.loads(_well("inspect", "--json", name, *access).out)
    verified = _well("verify", name, *access)
    _well("pull", name, "-o", str(tmp_path / "pulled"), *access)

    assert shown["digest"] == Layout(image).root().digest == Layout(tmp_path / "pulled").root().digest
    assert shown["digest"] in pushed.err
    assert {one["name"] for one in shown["attached"]} == {
        "sbom.spdx.json",
        "sbom.cdx.json",
        "provenance.json",
        "lint.sarif",
    }
    assert verified.err.startswith("ok ")
    assert PASSWORD not in pushed.err + pushed.out


def test_verify_finds_what_is_not_as_it_says(image: Path, tmp_path: Path) -> None:
    """A damaged layer, and documents that are gone."""
    for name in ("damaged", "bare"):
        shutil.copytree(image, tmp_path / name)
    layout = Layout(tmp_path / "damaged")
    layer = max((tmp_path / "damaged/blobs/sha256").iterdir(), key=lambda path: path.stat().st_size)
    layer.write_bytes(b"x" + layer.read_bytes()[1:])
    bare = Layout(tmp_path / "bare")
    root = bare.root()
    bare.point_at([root.__class__(root.media_type, root.digest, root.size)])

    damaged = run_command("image", "verify", str(layout.folder))
    lacking = run_command("image", "verify", str(bare.folder))

    assert damaged.exit_code == lacking.exit_code == 1
    assert f"damaged: sha256:{layer.name}" in damaged.err
    assert "there are 0 statements of where the image came from" in lacking.err
    assert "lacks application/spdx+json" in lacking.err


def test_provenance_of_another_image_is_found_out(image: Path, tmp_path: Path) -> None:
    """A statement that names another digest is no statement about this image."""
    shutil.copytree(image, tmp_path / "copy")
    layout = Layout(tmp_path / "copy")
    documents = [read_attached(layout, one) for one in all_referrers(layout)]
    other = "0" * 64
    lying = [
        replace(one, data=one.data.replace(layout.root().digest[7:].encode(), other.encode()))
        for one in documents
    ]
    attach(layout, lying, 0)

    outcome = run_command("image", "verify", str(layout.folder))

    assert outcome.exit_code == 1
    assert "provenance: it is of another image" in outcome.err


@pytest.mark.parametrize("words", [["--unpack"], ["--engine", "podman"]], ids=["unpacked", "podman"])
def test_an_image_runs(
    image: Path,
    words: list[str],
    capfd: pytest.CaptureFixture[str],
    podman_command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a container, or without one where there is none."""
    engine = tmp_path / "podman"
    real = [word if word != "podman" else shutil.which("podman") or word for word in podman_command]
    engine.write_text("#!/bin/sh\nexec " + " ".join(real) + ' "$@"\n')
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "config.json").chmod(0o600)
    options = [] if words == ["--unpack"] else ["--engine-option=--network=host"]

    outcome = run_command(
        "image", "run", *words, *options, str(image), "check", "--config", str(tmp_path / "config.json")
    )

    told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    (status,) = [one["connectionStatus"]["status"] for one in told if one["type"] == "CONNECTION_STATUS"]
    assert (outcome.exit_code, status) == (0, "FAILED")


@pytest.mark.parametrize("format_", ["oci-archive", "docker-archive"])
def test_skopeo_reads_each_form(project: Path, tmp_path: Path, tool: Tool, format_: str) -> None:
    """The documents are in the archive too, and make nothing of it unclear."""
    target = tmp_path / "image.tar"
    _well("build", str(project), "-t", NAME, "--format", format_, "-o", str(target))

    told = json.loads(tool("skopeo", "--override-arch=amd64", "inspect", f"{format_}:{target}"))

    assert told["Labels"]["io.airbyte.name"] == "acme/source-people"
    if format_ == "oci-archive":
        assert "0 problems" in _well("verify", str(target)).err


def test_a_dockerfile_is_of_the_same_image(project: Path, image: Path) -> None:
    """Its labels, variables and entry point; nothing is left behind."""
    before = sorted(path.name for path in project.iterdir())

    told = _well("build", str(project), "-t", NAME, "--dockerfile").out

    assert told.startswith("FROM python:3.11-slim\n")
    assert 'LABEL "io.airbyte.name"="acme/source-people"' in told
    assert told.endswith('USER 1000:1000\nENTRYPOINT ["python3", "-m", "penstock"]\n')
    assert 'COPY --chown=1000:1000 ["manifest.yaml", ' in told
    assert sorted(path.name for path in project.iterdir()) == before
    assert open_image(image).root().digest


def test_what_is_there_is_replaced_only_where_it_is_an_image(project: Path, tmp_path: Path) -> None:
    """A folder of something else is left alone."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/text").write_text("mine")

    refused = run_command("image", "build", str(project), "-t", NAME, "-o", str(tmp_path / "notes"))
    for _ in range(2):
        _well("build", str(project), "-t", NAME, "-o", str(tmp_path / "image"))

    assert refused.exit_code == 1
    assert "is there already, and is no image" in refused.err
    assert [path.name for path in (tmp_path / "notes").iterdir()] == ["text"]


@pytest.mark.parametrize("format_", ["oci-archive", "docker-archive"])
def test_a_file_that_is_no_archive_is_left_alone(project: Path, format_: str) -> None:
    """The manifest, say, that a word too few made the output."""
    before = (project / "manifest.yaml").read_bytes()
    words = ("image", "build", str(project), "-t", NAME, "--format", format_, "-o")

    refused = run_command(*words, str(project / "manifest.yaml"))

    assert refused.exit_code == 1
    assert "is there already, and is no image" in refused.err
    assert (project / "manifest.yaml").read_bytes() == before
    assert [run_command(*words, str(project / "image.tar")).exit_code for _ in range(2)] == [0, 0]


def test_an_archive_for_docker_is_told_from_one_to_read(project: Path, tmp_path: Path) -> None:
    """It is for `docker load`; the other two forms are read back."""
    archive = str(tmp_path / "image.tar")
    _well("build", str(project), "-t", NAME, "--format", "docker-archive", "-o", archive)

    told = run_command("image", "inspect", archive)

    assert told.exit_code == 1
    assert "is an archive for `docker load`" in told.err
    assert "--format oci-archive" in told.err


@pytest.mark.parametrize(
    ("words", "exit_code", "told"),
    [
        (["push", "nowhere", "localhost:1/a/b:1"], 1, "cannot read the image nowhere: No such file"),
        (["push", "manifest.yaml", "localhost:1/a/b:1"], 1, "is not an OCI archive"),
        (["inspect", "./nowhere"], 1, "there is no image at ./nowhere"),
        (["inspect", "nowhere.tar"], 1, "there is no image at nowhere.tar"),
        (["verify", "UPPER"], 1, "not the name of an image"),
        (["inspect", "source-peopel-1.2.0"], 1, "there is no image at source-peopel-1.2.0"),
        (["inspect", "localhost:1/a/b:1"], 1, "localhost:1 did not answer (ConnectError)"),
        (["build", "manifest.yaml", "-t", NAME, "--wheels", "nowhere"], 1, "there is no folder nowhere"),
        (
            ["build", "manifest.yaml", "--base", "docker.io/library/python:3", "-t", "Name:1"],
            1,
            "cannot have this name",
        ),
        (["build", "manifest.yaml", "-t", NAME, "--platform", "amd64"], 1, "this is not a platform"),
        (["push", "x", "a/b", "--username", "ci"], 1, "goes with --password-stdin"),
        (["run", "x"], 2, "say what to run"),
        (["base"], 2, "give --debian or --update"),
    ],
)
def test_what_is_wrong_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], exit_code: int, told: str
) -> None:
    """Without a traceback; 2 is for wrong usage."""
    monkeypatch.chdir(project)

    outcome = run_command("image", *words)

    assert outcome.exit_code == exit_code
    assert told in outcome.err


def test_a_place_that_cannot_be_written_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It may be the output, and it may be the cache."""
    (tmp_path / "file").write_text("mine")

    output = run_command("image", "build", str(project), "-t", NAME, "-o", str(tmp_path / "file/image"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache = run_command("image", "build", str(project), "-t", NAME, "-o", str(tmp_path / "image"))

    assert (output.exit_code, cache.exit_code) == (1, 1)
    assert f"cannot write {tmp_path / 'file'}" in output.err
    assert f"cannot write {tmp_path / 'file/penstock'}" in cache.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("lacking", ["output", "lock", "cache"])
def test_a_base_that_cannot_be_written_is_told(
    base: Base, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lacking: str
) -> None:
    """As for an image: its file, and the cache, with how to name another."""
    (tmp_path / "file").write_text("mine")
    place = str(tmp_path / "file/x")
    if lacking == "cache":
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    words = {
        "output": ["--debian", "-o", place],
        "lock": ["--debian", "--lock", place],
        "cache": ["--debian"],
    }

    outcome = run_command("image", "base", *words[lacking])

    assert outcome.exit_code == 1
    assert (
        "cannot read the lock" if lacking == "lock" else f"cannot write {tmp_path / 'file'}"
    ) in outcome.err
    assert ("XDG_CACHE_HOME" in outcome.err) == (lacking == "cache")
    assert "fault" not in outcome.err


def test_a_base_replaces_nothing_but_an_image(base: Base, tmp_path: Path) -> None:
    """`-o` is as for an image."""
    (tmp_path / "notes").write_text("mine")

    outcome = run_command("image", "base", "--debian", "-o", str(tmp_path / "notes"))

    assert outcome.exit_code == 1
    assert "is there already, and is no image" in outcome.err
    assert (tmp_path / "notes").read_text() == "mine"


@pytest.mark.parametrize("epoch", ["soon", "-1", "99999999999", "9" * 5000])
def test_a_time_that_no_image_can_bear_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, epoch: str
) -> None:
    """An archive tells times up to the year 2242."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)

    outcome = run_command("image", "build", str(project), "-t", NAME, "-o", str(tmp_path / "image"))

    assert outcome.exit_code == 1
    assert "SOURCE_DATE_EPOCH is not a number of seconds since 1970" in outcome.err


def test_sizes_and_time_are_told(project: Path, tmp_path: Path) -> None:
    """The connector's layer is under 200 KB; how long a build may take is a benchmark's."""
    outcome = _well("build", str(project), "-t", NAME, "-o", str(tmp_path / "image"))

    last = outcome.err.splitlines()[-1]
    assert float(last.split("connector layer ")[1].split(" KB")[0]) < 200
    assert float(last.split(" s, with all checks")[0].rsplit(" ", 1)[1]) > 0
    assert "linux/amd64: " in outcome.err


def _well(*words: str) -> Outcome:
    outcome = run_command("image", *words)
    assert outcome.exit_code == 0, outcome.err
    return outcome
