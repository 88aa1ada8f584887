"""Measures Penstock, and airbyte-cdk beside it where it is installed, on a loopback API.

    make bench
    python benchmarks/run.py --rounds 5 W1 W3

Runs are interleaved (A B A B …); what counts is the ratio of CPU seconds within a round, of which the median is
shown: a shared machine's wall time says little. Every run's record count is checked. Set PENSTOCK_BENCH_CDK to the
Python of an environment that has airbyte-cdk, or install it into this one.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

HERE = Path(__file__).parent
PORT = 8900
BASE = f"http://127.0.0.1:{PORT}"
MANIFEST = HERE / "manifest.yaml"
KEY = secrets.token_urlsafe(32)
PENSTOCK = [sys.executable, "-c", "from penstock.cli.main import main; main()"]
CDK_LAUNCH = """
import sys
from airbyte_cdk.entrypoint import AirbyteEntrypoint, launch
from airbyte_cdk.cli.source_declarative_manifest import _run
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource
manifest, arguments = sys.argv[1], sys.argv[2:]
config, catalog, state = _run._parse_inputs_into_config_catalog_state(AirbyteEntrypoint.parse_args(arguments))
launch(YamlDeclarativeSource(path_to_yaml=manifest, catalog=catalog, config=config, state=state), arguments)
"""
COUNT = """
import sys
import duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print(connection.execute(f"SELECT count(DISTINCT id) FROM {sys.argv[2]}").fetchall()[0][0])
"""


@dataclass(frozen=True)
class Workload:
    """What is run: `read` to standard output, `sync` into DuckDB, or another verb.

    With a `policy` records are masked by it, and what is beside it is the same read unmasked, or airbyte-cdk with a
    template's hash for each of the fields `hashed`.
    """

    what: str
    verb: str
    stream: str = ""
    prefix: str = ""
    records: int = 0
    policy: str = ""
    hashed: tuple[str, ...] = ()


WORKLOADS = {
    "W1": Workload(
        "100,000 records, page by page, to standard output", "read", "customers", "/n100000", 100_000
    ),
    "W2": Workload("the same into DuckDB", "sync", "customers", "/n100000", 100_000),
    "W3": Workload(
        "365 windows of a day, 100,000 records, to standard output", "read", "events", "", 100_000
    ),
    "W4": Workload("500 parents with 20 records each, to standard output", "read", "notes", "", 10_000),
    "M10": Workload(
        "W1 with ten masked fields, beside W1", "read", "customers", "/n100000", 100_000, "ten_fields.yaml"
    ),
    "M3": Workload(
        "W1 with three Hmac fields, beside three hashes by template",
        "read",
        "customers",
        "/n100000",
        100_000,
        "three_hmacs.yaml",
        ("email", "phone", "last_name"),
    ),
    "W6": Workload("spec, from a cold start", "spec"),
    "W7": Workload(
        "1,000,000 records to standard output: memory against W1", "read", "customers", "", 1_000_000
    ),
    "W7D": Workload("1,000,000 records into DuckDB: memory against W2", "sync", "customers", "", 1_000_000),
}


@dataclass(frozen=True)
class Measured:
    """One run: CPU and wall seconds, and the peak memory in MB."""

    cpu: float
    wall: float
    memory: float


def main() -> None:
    """Run the chosen workloads and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "workloads", nargs="*", metavar="WORKLOAD", help=f"of {', '.join(WORKLOADS)}; all by default"
    )
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    names = given.workloads or list(WORKLOADS)
    peer = find_cdk()
    print("airbyte-cdk: " + (peer or "not installed; only Penstock is measured"))
    most = max((WORKLOADS[name].records for name in names), default=0)
    with tempfile.TemporaryDirectory() as folder, serving(max(most, 100_000)):
        for name in names:
            measure(name, WORKLOADS[name], Path(folder), given.rounds, peer)


def measure(name: str, workload: Workload, folder: Path, rounds: int, peer: str | None) -> None:
    """Run one workload, interleaved with the peer, and print its figures."""
    print(f"\n{name}: {workload.what}", flush=True)
    beside = beside_it(workload, folder, peer)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(run(PENSTOCK, workload, folder))
        if beside is not None:
            theirs.append(run(beside.command, beside.workload, folder))
    report("penstock", ours)
    if beside is not None:
        report(beside.name, theirs)
        ratios = sorted(a.cpu / b.cpu for a, b in zip(ours, theirs, strict=True))
        print(
            f"  CPU ratio within a round: median {statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"
        )


@dataclass(frozen=True)
class Beside:
    """What a workload is compared with."""

    name: str
    command: list[str]
    workload: Workload


def beside_it(workload: Workload, folder: Path, peer: str | None) -> Beside | None:
    """What runs in turn with a workload; None where there is nothing to compare it with."""
    if workload.policy and not workload.hashed:
        return Beside("unmasked", PENSTOCK, replace(workload, policy=""))
    if peer is None or workload.verb == "sync":
        return None
    manifest = hashing(workload, folder) if workload.hashed else str(MANIFEST)
    return Beside("airbyte-cdk", [peer, "-c", CDK_LAUNCH, manifest], workload)


def hashing(workload: Workload, folder: Path) -> str:
    """The manifest with a hash by template for each field, as people do without a mask; gives its path."""
    manifest = yaml.safe_load(MANIFEST.read_text())
    stream = next(stream for stream in manifest["streams"] if stream["name"] == workload.stream)
    fields = [
        {"path": [name], "value": f"{{{{ record['{name}'] | hash('sha256') }}}}"} for name in workload.hashed
    ]
    stream["transformations"] = [{"type": "AddFields", "fields": fields}]
    return write(folder / "hashing.yaml", manifest)  # JSON is YAML


def report(who: str, runs: list[Measured]) -> None:
    """Print the medians of some runs."""
    cpu, wall, memory = (statistics.median(getattr(r, f) for r in runs) for f in ("cpu", "wall", "memory"))
    print(f"  {who:12} cpu {cpu:7.2f} s  wall {wall:7.2f} s  memory {memory:6.0f} MB", flush=True)


def run(command: list[str], workload: Workload, folder: Path) -> Measured:
    """Run a command once; raises SystemExit where it fails or its records are not all there."""
    config = write(
        folder / "config.json", {"base_url": BASE + workload.prefix, "api_key": "none", "concurrency": 1}
    )
    is_ours = command == PENSTOCK
    arguments = [workload.verb]
    if workload.verb == "sync":
        database = folder / "bench.duckdb"
        database.unlink(missing_ok=True)
        arguments += [str(MANIFEST), "--to", str(database), "--streams", workload.stream]
    elif is_ours:
        arguments += ["--manifest-path", str(MANIFEST)]
    if is_ours and workload.policy:
        arguments += ["--masking", str(HERE / "policies" / workload.policy)]
    if workload.verb != "spec":
        arguments += ["--config", config]
    if workload.verb == "read":
        stream = {"name": workload.stream, "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
        modes = {"sync_mode": "full_refresh", "destination_sync_mode": "append"}
        arguments += ["--catalog", write(folder / "catalog.json", {"streams": [{"stream": stream, **modes}]})]
    started = time.perf_counter()
    output = folder / "out"
    with output.open("wb") as out, (folder / "err").open("wb") as err:
        environment = {**os.environ, "BENCH_MASKING_KEY": KEY}
        process = subprocess.Popen([*command, *arguments], stdout=out, stderr=err, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) or not complete(workload, folder):
        raise SystemExit(f"failed: {' '.join(arguments)}\n{(folder / 'err').read_text()[-2000:]}")
    return Measured(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def complete(workload: Workload, folder: Path) -> bool:
    """Tell whether all records came."""
    if workload.verb == "read":
        with (folder / "out").open("rb") as lines:
            return sum(b'"RECORD"' in line[:40] for line in lines) == workload.records
    if workload.verb == "sync":
        counted = subprocess.run(  # in a process of its own: a child of a large process counts as large
            [sys.executable, "-c", COUNT, str(folder / "bench.duckdb"), workload.stream],
            capture_output=True,
            check=True,
        )
        return int(counted.stdout) == workload.records
    return True


def write(path: Path, value: object) -> str:
    """Write JSON; gives the path as text."""
    path.write_text(json.dumps(value))
    return str(path)


def find_cdk() -> str | None:
    """The Python that has airbyte-cdk."""
    if os.environ.get("PENSTOCK_BENCH_CDK"):
        return os.environ["PENSTOCK_BENCH_CDK"]
    return sys.executable if importlib.util.find_spec("airbyte_cdk") else None


class serving:  # noqa: N801 - reads as a verb
    """The API, up while the block runs."""

    def __init__(self, records: int) -> None:
        self._command = [
            sys.executable,
            str(HERE / "server.py"),
            "--port",
            str(PORT),
            "--records",
            str(records),
        ]

    def __enter__(self) -> None:
        self._process = subprocess.Popen(self._command)
        for _ in range(600):
            try:
                urllib.request.urlopen(BASE + "/ready", timeout=1).close()
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise SystemExit("the benchmark's server did not start")

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.wait()


if __name__ == "__main__":
    main()
