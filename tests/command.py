"""The command line as tests call it: in a process of its own, or inside the test's."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

import click.testing

from penstock.cli.main import penstock

Json = Any

PROCESS = (sys.executable, "-c", "from penstock.cli.main import main; main()")
"""How `penstock` is started where it may not be on the path."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to: its exit code, and what it wrote."""

    exit_code: int
    out: str
    err: str

    @property
    def messages(self) -> list[Json]:
        """The protocol messages on standard output, in order."""
        return [json.loads(line) for line in self.out.splitlines()]

    def of_type(self, kind: str) -> list[Json]:
        """The bodies of the messages of a type, such as "RECORD"."""
        return [message[_BODIES[kind]] for message in self.messages if message["type"] == kind]


_BODIES = {
    "CATALOG": "catalog",
    "CONNECTION_STATUS": "connectionStatus",
    "CONTROL": "control",
    "LOG": "log",
    "RECORD": "record",
    "SPEC": "spec",
    "STATE": "state",
    "TRACE": "trace",
}


def run_command(*arguments: str) -> Outcome:
    """Run `penstock` inside this process. What is not told without a traceback is raised."""
    result = click.testing.CliRunner().invoke(penstock, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)
