"""SIGTERM, by which platforms and container engines end a connector: it ends at once, and clears its disk."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import zipfile
from pathlib import Path

from tests.command import PROCESS
from tests.held import Held
from tests.runtime.cli.project import MANIFEST, VERBS, Project

from penstock.components.decoders.zipfile_decoder import MOST_IN_MEMORY_BYTES
from penstock.testing.fake_api import Answer, FakeApi

ENDS_WITHIN_SECONDS = 45
TERMINATED = 128 + signal.SIGTERM


def begun(project: Project, verb: str, **environment: str) -> subprocess.Popen[bytes]:
    """A verb on the files of the project, in a process of its own."""
    return subprocess.Popen(
        [*PROCESS, verb, *VERBS[verb]], cwd=project.folder, env={**os.environ, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_what_a_verb_holds_on_disk_is_gone(project: Project, api: FakeApi, tmp_path: Path) -> None:
    """Here an answer that is too large for memory, in clear, while nobody takes the records that are in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("people.jsonl", b'{"id": 7}\n' * (MOST_IN_MEMORY_BYTES // 10 + 1))
    api.on("/people", Answer(packed.getvalue()))
    decoder = "      decoder: { type: ZipfileDecoder, decoder: { type: JsonlDecoder } }\n"
    people = "      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [items] } }\n"
    project.write("manifest.yaml", MANIFEST.replace(people, decoder + people.replace("[items]", "[]"), 1))
    project.write("catalog.json", {"streams": [{"stream": {"name": "people"}}]})
    disk = tmp_path / "disk"
    disk.mkdir()

    with begun(project, "read", TMPDIR=str(disk)) as reading:
        assert reading.stdout is not None
        while b'"RECORD"' not in reading.stdout.readline():
            pass
        held = list(disk.iterdir())
        reading.send_signal(signal.SIGTERM)
        reading.stdout.close()
        ended = reading.wait(ENDS_WITHIN_SECONDS)

    assert held
    assert ended == TERMINATED
    assert list(disk.iterdir()) == []


def test_a_sync_tells_what_is_kept(project: Project, api: FakeApi) -> None:
    """As after Ctrl-C, while an answer does not come."""
    held = Held({"items": []})
    api.on("/orders", held)

    with begun(project, "sync") as syncing:
        assert held.asked.wait(ENDS_WITHIN_SECONDS)
        syncing.send_signal(signal.SIGTERM)
        _, told = syncing.communicate(timeout=ENDS_WITHIN_SECONDS)

    assert syncing.returncode == TERMINATED
    assert b"stopped; " in told


def test_a_second_one_does_not_interrupt_the_clearing_up(tmp_path: Path) -> None:
    """A platform that is in a hurry sends more than one."""
    script = """
import time
from penstock.cli.protocol import session
with session():
    try:
        print("begun", flush=True)
        time.sleep(60)
    finally:
        print("clearing", flush=True)
        time.sleep(1)
        print("cleared", flush=True)
"""
    with subprocess.Popen([PROCESS[0], "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in (b"begun\n", b"clearing\n"):
            assert process.stdout.readline() == line
            process.send_signal(signal.SIGTERM)
        left = process.stdout.read()

    assert left == b"cleared\n"
    assert process.returncode == TERMINATED
