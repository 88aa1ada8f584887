"""The image at work, in a container: not root, nothing writable, no rights beyond those of a plain process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.builder.image.conftest import EPOCH, MANIFEST
from tests.builder.image.registries import PASSWORD, USER, docker_registry, small_image, with_passwords
from tests.command import PROCESS, run_command
from tests.held import Held

from penstock.testing.fake_api import FakeApi
from penstock_builder.image.base import Base
from penstock_builder.image.build import BuildInputs, build
from penstock_builder.image.bytecode import here
from penstock_builder.image.cache import Cache
from penstock_builder.image.credentials import Credential
from penstock_builder.image.layout import MANIFEST as MANIFEST_TYPE
from penstock_builder.image.layout import Layout, read_document
from penstock_builder.image.outputs import one_platform
from penstock_builder.image.reference import Reference
from penstock_builder.image.registry import push
from penstock_builder.image.running import given, run_in_engine
from penstock_builder.image.sources import Access, open_source

Json = Any

STARTS_WITHIN_SECONDS, ENDS_WITHIN_SECONDS = 60, 45


def test_the_container_says_what_the_command_says(podman: list[str], api: FakeApi, tmp_path: Path) -> None:
    """All four verbs, message by message; only the times of the messages differ."""
    api.on("/people", [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Grace"}])
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    (tmp_path / "config.json").write_text(json.dumps({"url": api.url}))
    (tmp_path / "catalog.json").write_text(json.dumps(CATALOG))
    mounted = [*podman[:-1], f"--volume={tmp_path}:/given:ro", podman[-1]]
    for path in (tmp_path, *tmp_path.iterdir()):
        path.chmod(0o755)

    for verb in (
        ["spec"],
        ["check", *CONFIG],
        ["discover", *CONFIG],
        ["read", *CONFIG, "--catalog", "catalog.json"],
    ):
        in_container = _run(
            [*mounted, *(f"/given/{word}" if word.endswith(".json") else word for word in verb)]
        )
        command = [str(tmp_path / word) if word.endswith(".json") else word for word in verb]
        here_ = run_command(*command, "--manifest-path", str(tmp_path / "manifest.yaml"))
        assert _timeless(in_container) == _timeless(here_.messages), verb
    assert "Grace" in json.dumps(in_container)


def test_the_container_ends_when_it_is_told_to(podman: list[str], api: FakeApi, tmp_path: Path) -> None:
    """At once: the first process of a container has no default for SIGTERM, and engines wait ten seconds to kill it."""
    held = Held([])
    api.on("/people", held)
    (tmp_path / "config.json").write_text(json.dumps({"url": api.url}))
    (tmp_path / "catalog.json").write_text(json.dumps(CATALOG))
    for path in (tmp_path, *tmp_path.iterdir()):
        path.chmod(0o755)
    files = [f"--{name}=/given/{name}.json" for name in ("config", "catalog")]

    with subprocess.Popen(
        [*podman[:-1], f"--volume={tmp_path}:/given:ro", podman[-1], "read", *files]
    ) as running:
        assert held.asked.wait(STARTS_WITHIN_SECONDS)
        running.send_signal(signal.SIGTERM)
        ended = running.wait(ENDS_WITHIN_SECONDS)
        held.let_go()

    assert ended == 128 + signal.SIGTERM


def test_a_run_that_is_ended_ends_its_container_and_leaves_no_file(image: Layout, tmp_path: Path) -> None:
    """The copy of the config, with its secrets, goes too."""
    programs, disk = tmp_path / "programs", tmp_path / "disk"
    for folder in (programs, disk):
        folder.mkdir()
    (tmp_path / "config.json").write_text("{}")
    (programs / "podman").write_text(_WAITS)
    (programs / "podman").chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "TMPDIR": str(disk)}
    words = [
        "image",
        "run",
        "--engine=podman",
        str(image.folder),
        "check",
        "--config",
        str(tmp_path / "config.json"),
    ]

    with subprocess.Popen([*PROCESS, *words], stdout=subprocess.PIPE, env=environment) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"running\n"
        held = list(disk.iterdir())
        running.send_signal(signal.SIGTERM)
        said = running.stdout.read()
        ended = running.wait(ENDS_WITHIN_SECONDS)

    assert held
    assert ended == 128 + signal.SIGTERM
    assert said == b"ended\n"
    assert list(disk.iterdir()) == []


@pytest.mark.parametrize("words", [["--config", "a b.json"], ["--config=a b.json"]], ids=["apart", "joined"])
def test_a_file_of_a_command_has_a_place_in_the_container(words: list[str]) -> None:
    """However it is written; the file of this machine is not there."""
    made = given(["check", *words])

    assert made.files == ((Path("a b.json"), "/given/config.json"),)
    assert made.words == ("check", "--config", "/given/config.json")


def test_the_connector_is_not_root_and_cannot_write(podman: list[str]) -> None:
    """Neither into its own code nor anywhere else."""
    asked = "import os; print(os.getuid(), os.getgid(), [os.access(p, os.W_OK) for p in ('/', '/opt/penstock', '.')])"
    entry = [*podman[:-1], "--entrypoint=python3", podman[-1]]

    told = subprocess.run([*entry, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert told == "1000 1000 [False, False, False]\n"


def test_the_libraries_work_in_the_image(podman: list[str]) -> None:
    """Each one that is compiled finds what it is linked to."""
    modules = (
        "ijson, orjson, psycopg, yaml, cryptography.fernet, sqlalchemy, ssl, sqlite3, zoneinfo, lzma, bz2"
    )
    asked = f"import {modules}; print(zoneinfo.ZoneInfo('Europe/Paris'), psycopg.pq.__impl__)"
    entry = [*podman[:-1], "--entrypoint=python3", podman[-1]]

    told = subprocess.run([*entry, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert told == "Europe/Paris binary\n"


def test_each_image_has_its_own_name_in_the_engine(image: Layout, engine: Path, tmp_path: Path) -> None:
    """By its digest: two connectors that are run at once get their own code, and their own secrets."""
    other = small_image(tmp_path / "other")
    manifest = read_document(other, one_platform(other))
    changed = other.add_document({**manifest, "annotations": {"a": "b"}}, MANIFEST_TYPE)
    other.point_at([changed])

    for source in (image, other, image):
        assert run_in_engine(source, str(engine), (), ["spec"]) == 0

    names = [f"localhost/penstock-run:{one_platform(source).digest[7:39]}" for source in (image, other)]
    assert _asked(engine, "load") == names
    assert _asked(engine, "run") == [*names, names[0]]


def test_an_image_of_a_registry_is_brought_to_the_engine(image: Layout, engine: Path, tmp_path: Path) -> None:
    """The engine knows nothing of the password that was given here; what it runs is what was verified here."""
    with docker_registry(tmp_path, with_passwords(tmp_path)) as host:
        access = Access(Credential(USER, PASSWORD), insecure=True)
        name = Reference(host, "acme/source-people", "1.2.0")
        push(image, access.session(name, push=True), name)

        assert run_in_engine(open_source(str(name), access), str(engine), (), ["spec"]) == 0

    assert _asked(engine, "load") == _asked(engine, "run")
    assert _asked(engine, "run") == [f"localhost/penstock-run:{one_platform(image).digest[7:39]}"]


POLICY = """\
keys: {people: {ref: "env:PEOPLE_KEY", id: k1}}
unclassified: keep
streams:
  people: {fields: {name: {mask: {type: Hmac, key: people, domain: person}}}}
"""


@pytest.mark.parametrize(
    ("engine", "written_in"), [("podman", "a file"), (None, "a file"), (None, "the manifest")]
)
def test_the_key_that_the_policy_names_is_handed_over(
    cache: Cache,
    base: Base,
    api: FakeApi,
    podman_command: list[str],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    engine: str | None,
    written_in: str,
) -> None:
    """It and no other variable, and not its value on a command line; with it the records are masked."""
    api.on("/people", [{"id": 1, "name": "Ada"}])
    own = {"metadata": {"masking": yaml.safe_load(POLICY)}} if written_in == "the manifest" else {}
    (tmp_path / "manifest.yaml").write_text(MANIFEST + (yaml.safe_dump(own) if own else ""))
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "config.json").write_text(json.dumps({"url": api.url}))
    (tmp_path / "catalog.json").write_text(json.dumps(CATALOG))
    monkeypatch.setenv("PEOPLE_KEY", "iP9dq2Yw7Rk4Zt8Lm3Xv6Bn1Hs5Jc0Gf")
    monkeypatch.setenv("OTHER_KEY", "canary")
    masking = None if own else tmp_path / "policy.yaml"
    inputs = BuildInputs(
        tmp_path / "manifest.yaml", "acme/source-people", "1.2.0", (here(),), masking=masking, epoch=EPOCH
    )
    image = build(inputs, tmp_path / "image", cache).layout
    words = ["--unpack"] if engine is None else ["--engine=podman", "--engine-option=--network=host"]
    _wrapped(podman_command, tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    files = [f"--{name}={tmp_path / name}.json" for name in ("config", "catalog")]

    outcome = run_command("image", "run", *words, str(image.folder), "read", *files)

    told = capfd.readouterr().out
    records = [one["record"]["data"] for one in map(json.loads, told.splitlines()) if one["type"] == "RECORD"]
    assert outcome.exit_code == 0, told
    assert outcome.err == "note: its masks take keys from PEOPLE_KEY: handed over\n"
    assert [record["id"] for record in records] == [1]
    assert "Ada" not in told


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """An image that does not start: quick to bring."""
    return small_image(tmp_path_factory.mktemp("image"))


_STAND_IN = """\
#!/bin/sh
case "$1" in
load) tar xOf "$4" manifest.json | sed 's/.*RepoTags":\\["\\([^"]*\\).*/\\1/' >> "$0.load"; echo >> "$0.load" ;;
run) shift; for word; do case "$word" in localhost/*) echo "$word" >> "$0.run" ;; esac; done ;;
image) grep -q "^$3$" "$0.load" ;;
esac
"""


_WAITS = """\
#!/bin/sh
[ "$1" = run ] || exit 0
trap 'echo ended; exit 0' TERM
echo running
sleep 60 >/dev/null & wait
"""


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A stand-in for an engine, that notes the names of what it is given and runs; the real one takes half a minute."""
    file = tmp_path / "engine"
    file.write_text(_STAND_IN)
    file.chmod(0o755)
    return file


def _asked(engine: Path, verb: str) -> list[str]:
    return Path(f"{engine}.{verb}").read_text().split()


def _wrapped(podman_command: list[str], folder: Path) -> None:
    """Put podman with images of its own into a folder, as one word."""
    real = [word if word != "podman" else shutil.which("podman") or word for word in podman_command]
    file = folder / "podman"
    file.write_text("#!/bin/sh\nexec " + " ".join(real) + ' "$@"\n')
    file.chmod(0o755)


CONFIG = ("--config", "config.json")
CATALOG: Json = {
    "streams": [
        {
            "stream": {"name": "people", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
            "sync_mode": "full_refresh",
            "destination_sync_mode": "append",
        }
    ]
}


def _run(command: list[str]) -> list[Json]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


def _timeless(value: Json) -> Json:
    """Messages without the times at which they were sent."""
    if isinstance(value, dict):
        return {key: _timeless(child) for key, child in value.items() if key not in ("emitted_at", "time_ms")}
    return [_timeless(child) for child in value] if isinstance(value, list) else value
