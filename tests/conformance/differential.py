"""Reads one manifest with airbyte-cdk and with Penstock, from the same server, and holds the results side by side.

$PENSTOCK_CDK names the Python of an environment that has airbyte-cdk; otherwise ours is asked. Without it the tests
that compare are skipped: it is an oracle, never a dependency.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from penstock.testing.fake_api import FakeApi, Received

Json = Any
HERE = Path(__file__).parent
HEADERS = ("authorization", "content-type")
"""The headers that are compared, besides those that begin with `x-`."""

PATIENCE_SECONDS = 120
"""How long a run may take before the test fails."""


@dataclass(frozen=True)
class Result:
    """What came of one run: requests in no order, records and states by stream, statuses, and other messages."""

    failed: bool
    requests: list[Json]
    records: Mapping[str, list[Json]]
    states: Mapping[str, Json]
    statuses: Mapping[str, str]
    messages: list[Json] = field(compare=False, repr=False)


def cdk_python() -> str | None:
    """The Python that has airbyte-cdk."""
    if os.environ.get("PENSTOCK_CDK"):
        return os.environ["PENSTOCK_CDK"]
    return sys.executable if importlib.util.find_spec("airbyte_cdk") else None


class Served:
    """A process that takes jobs on standard input and answers on standard output, both as lines of JSON.

    It is started when it is first asked, and anew when it has ended.
    """

    def __init__(self, start: Callable[[], subprocess.Popen[str]]) -> None:
        self._start = start
        self._process: subprocess.Popen[str] | None = None

    def ask(self, job: Mapping[str, Json], is_last: Callable[[Json], bool]) -> list[Json]:
        """The answers to a job up to the last one. Fails the test where that does not come in time."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._start()
        process, answers = self._process, []
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        alarm = threading.Timer(PATIENCE_SECONDS, process.kill)
        alarm.start()
        try:
            for line in process.stdout:
                answers.append(json.loads(line))
                if is_last(answers[-1]):
                    return answers
        finally:
            alarm.cancel()
        process.kill()
        self.close()
        pytest.fail(f"the process ended before its answer, or took more than {PATIENCE_SECONDS} seconds")

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate(timeout=30)


class Both:
    """Both runtimes. `read` runs each in turn; the server's handlers must give the same answers twice."""

    def __init__(self, python: str, folder: Path) -> None:
        self._folder = folder
        self._oracle = Served(lambda: _oracle(python))
        self._beside = Served(lambda: _penstock_beside_cdk(python))

    def close(self) -> None:
        """End the oracle, and Penstock beside it."""
        self._oracle.close()
        self._beside.close()

    def read(
        self,
        api: FakeApi,
        manifest: str,
        config: Mapping[str, Json] | None = None,
        *,
        streams: Sequence[str],
        states: Mapping[str, Json] | None = None,
        incremental: bool = False,
        components: str = "",
    ) -> tuple[Result, Result]:
        """What airbyte-cdk and what Penstock make of a manifest, in which `URL` stands for the server's.

        `components` is the text of a components.py, which both may then run.
        """
        text = textwrap.dedent(manifest).replace("URL", api.url)
        mode = "incremental" if incremental else "full_refresh"
        catalog = {"streams": [_configured(name, mode) for name in streams]}
        arguments = ["--config", self._file("config.json", {**(config or {})})]
        arguments += ["--catalog", self._file("catalog.json", catalog)]
        if states is not None:
            arguments += ["--state", self._file("state.json", [_state(*item) for item in states.items()])]
        return self.run(api, text, "read", arguments, components)

    def run(
        self, api: FakeApi, manifest: str, verb: str, arguments: Sequence[str], components: str = ""
    ) -> tuple[Result, Result]:
        """What both make of a verb."""
        path = self._folder / "manifest.yaml"
        path.write_text(manifest, encoding="utf-8")
        api.requests.clear()
        job = {"verb": verb, "manifest": str(path), "arguments": list(arguments)}
        command = [_penstock(), verb, "--manifest-path", str(path), *arguments]
        if components:
            file = self._folder / "components.py"
            file.write_text(textwrap.dedent(components), encoding="utf-8")
            job["components"] = str(file)
        [theirs] = self._oracle.ask(job, is_last=lambda _: True)
        expected = _result(theirs["failed"], theirs["messages"], api.requests)
        api.requests.clear()
        if components:
            return expected, self._ours_beside_cdk(job, api)
        hurried = {**os.environ, "PYTHONPATH": str(HERE / "waits")}
        ours = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False, env=hurried
        )
        messages = [json.loads(line) for line in ours.stdout.split("\n") if line]
        return expected, _result(bool(ours.returncode), messages, api.requests)

    def _ours_beside_cdk(self, job: Mapping[str, Json], api: FakeApi) -> Result:
        """What Penstock makes of a job in the environment that has airbyte-cdk: classes for it run only there."""
        words = {"--config": "config_path", "--catalog": "catalog_path", "--state": "state_path"}
        options, values = job["arguments"][::2], job["arguments"][1::2]
        asked = {words[option]: value for option, value in zip(options, values, strict=True)}
        asked |= {"id": 1, "command": job["verb"], "manifest_path": job["manifest"]}
        asked |= {"components_path": job["components"]}
        *messages, end = self._beside.ask(asked, is_last=lambda message: message["type"] == "BATCH_END")
        return _result(bool(end["exit_code"]), messages, api.requests)

    def _file(self, name: str, value: Json) -> str:
        path = self._folder / name
        path.write_text(json.dumps(value), encoding="utf-8")
        return str(path)


def _penstock() -> str:
    return str(Path(sys.executable).with_name("penstock"))


def _oracle(python: str) -> subprocess.Popen[str]:
    """The runtime of airbyte-cdk, serving jobs under this Python."""
    return _serving([python, str(HERE / "oracle.py")], {})


def _penstock_beside_cdk(python: str) -> subprocess.Popen[str]:
    """Penstock serving jobs under this Python, which may run custom code."""
    command = [python, "-c", "import penstock"]
    if subprocess.run(command, capture_output=True, timeout=60, check=False).returncode:
        pytest.skip(f"custom code for airbyte-cdk needs Penstock installed beside it, for {python}")
    given = {"PENSTOCK_ALLOW_CUSTOM_CODE": "1", "PYTHONPATH": str(HERE / "waits")}
    return _serving([python, str(HERE / "batch.py"), "batch"], given)


def _serving(command: Sequence[str], given: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **given},
    )


def _configured(name: str, mode: str) -> Json:
    stream = {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh", "incremental"]}
    return {"stream": stream, "sync_mode": mode, "destination_sync_mode": "append"}


def _state(name: str, state: Json) -> Json:
    return {"type": "STREAM", "stream": {"stream_descriptor": {"name": name}, "stream_state": state}}


def _result(failed: bool, messages: list[Json], requests: Sequence[Received]) -> Result:
    records: dict[str, list[Json]] = {}
    states: dict[str, Json] = {}
    statuses: dict[str, str] = {}
    for message in messages:
        if message["type"] == "RECORD":
            records.setdefault(message["record"]["stream"], []).append(message["record"]["data"])
        elif message["type"] == "STATE":
            stream = message["state"]["stream"]
            states[stream["stream_descriptor"]["name"]] = _sorted(stream["stream_state"])
        elif message["type"] == "TRACE" and message["trace"]["type"] == "STREAM_STATUS":
            status = message["trace"]["stream_status"]
            statuses[status["stream_descriptor"]["name"]] = status["status"]
    return Result(
        failed=failed,
        requests=sorted((_told(request) for request in requests), key=json.dumps),
        records={
            name: sorted(found, key=lambda r: json.dumps(r, sort_keys=True))
            for name, found in records.items()
        },
        states=states,
        statuses=statuses,
        messages=messages,
    )


def _told(request: Received) -> Json:
    headers = {k: v for k, v in request.headers.items() if k in HEADERS or k.startswith("x-")}
    try:
        body: Json = request.json
    except ValueError:
        body = request.body.decode("utf-8", "replace")
    return [request.method, request.path, sorted(request.query), sorted(headers.items()), body]


def _sorted(state: Json) -> Json:
    """A state with its lists of partitions in one order."""
    if isinstance(state, dict):
        return {key: _sorted(value) for key, value in state.items()}
    if isinstance(state, list):
        return sorted((_sorted(item) for item in state), key=lambda item: json.dumps(item, sort_keys=True))
    return state
