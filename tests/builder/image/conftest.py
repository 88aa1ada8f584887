"""Images for tests: built of real packages and wheels, which a machine fetches once and keeps."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import missing

from penstock.authoring import ConfigError
from penstock_builder.image.base import Base, read_base
from penstock_builder.image.build import BuildInputs, Built, build
from penstock_builder.image.cache import Cache
from penstock_builder.image.debian import debian_base
from penstock_builder.image.dependencies import read_requirements
from penstock_builder.image.packages import read_lock

MANIFEST = textwrap.dedent(
    """\
    version: "7.39.1"
    type: DeclarativeSource
    check: {type: CheckStream, stream_names: [people]}
    streams:
      - type: DeclarativeStream
        name: people
        primary_key: id
        retriever:
          type: SimpleRetriever
          requester: {type: HttpRequester, url_base: "{{ config['url'] }}", path: people}
          record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
    spec:
      type: Spec
      connection_specification:
        type: object
        required: [url]
        properties: {url: {type: string}}
    """
)
EPOCH = 1_700_000_000

Tool = Callable[..., str]


@pytest.fixture(scope="session")
def cache() -> Cache:
    """The machine's own: bases and libraries are made once, not once a session."""
    return Cache.default()


@pytest.fixture(scope="session")
def base(cache: Cache) -> Base:
    """Our base, of Debian packages."""
    try:
        return read_base(debian_base(cache, read_lock()))
    except ConfigError as error:
        missing(f"our base image cannot be made ({error.message}), so it")
        raise


@pytest.fixture(scope="session")
def built(cache: Cache, base: Base, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The image of a small connector, for both platforms."""
    folder = tmp_path_factory.mktemp("connector")
    (folder / "manifest.yaml").write_text(MANIFEST)
    inputs = BuildInputs(folder / "manifest.yaml", "acme/source-people", "1.2.0", epoch=EPOCH)
    try:
        return build(inputs, tmp_path_factory.mktemp("image"), cache)
    except ConfigError as error:
        missing(f"the runtime's libraries cannot be fetched ({error.message}), so the image")
        raise


@pytest.fixture(scope="session")
def small(cache: Cache, base: Base, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An image that has few libraries and does not start: quick to copy."""
    folder = tmp_path_factory.mktemp("connector")
    (folder / "manifest.yaml").write_text(MANIFEST)
    lock = lock_of("click", "pyyaml")
    inputs = BuildInputs(
        folder / "manifest.yaml", "acme/source-people", "1.2.0", epoch=EPOCH, requirements=lock
    )
    try:
        return build(inputs, tmp_path_factory.mktemp("image"), cache)
    except ConfigError as error:
        missing(f"the runtime's libraries cannot be fetched ({error.message}), so the image")
        raise


def lock_of(*names: str) -> str:
    """The lines of the lock that are about some libraries."""
    entries = read_requirements().replace("\\\n", "\\").splitlines()
    return "\n".join(e for e in entries if e.split("==")[0] in names).replace("\\", "\\\n") + "\n"


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """Runs a program of Debian's, and gives what it writes."""

    def run(name: str, *arguments: str | Path) -> str:
        if shutil.which(name) is None:
            missing(name)
        done = subprocess.run([name, *arguments], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


CONTAINERS = """\
[containers]
default_ulimits = ["nofile=16384:16384", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
"""Settings that work where the limits of a process may not be raised, and the machine has both kinds of cgroups."""


@pytest.fixture(scope="session")
def podman_command() -> Iterator[list[str]]:
    """Podman with images of its own, gone after the session."""
    if shutil.which("podman") is None or shutil.which("runc") is None or os.geteuid() != 0:
        missing("podman with runc, for root,")
    folder = Path(tempfile.mkdtemp(prefix="pod-"))  # a short name: podman takes 50 characters at most
    (folder / "containers.conf").write_text(CONTAINERS)
    own = [
        "env",
        f"CONTAINERS_CONF={folder / 'containers.conf'}",
        "podman",
        "--root",
        str(folder / "root"),
        "--runroot",
        str(folder / "run"),
    ]
    try:
        yield own
        subprocess.run([*own, "rmi", "--force", "--all"], capture_output=True, check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def podman(podman_command: list[str], built: Built) -> list[str]:
    """A command that runs the image of this machine's platform: non-root, its root read-only, on the host's network."""
    source = f"oci:{built.layout.folder}:{built.reference}"
    pulled = subprocess.run(
        [*podman_command, "pull", "-q", source], capture_output=True, text=True, check=False
    )
    assert pulled.returncode == 0, pulled.stderr
    image = pulled.stdout.split()[-1]
    return [*podman_command, "run", "--rm", "--read-only", "--cap-drop=all", "--network=host", image]
