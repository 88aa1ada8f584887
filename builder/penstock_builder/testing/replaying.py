"""Recordings of a stream as the source of test reads and rehearsals: nothing is sent, nothing waited for."""

from __future__ import annotations

import copy
from pathlib import Path

from penstock.authoring import Manifest, ManifestError, Redactor, load_file
from penstock_builder.testing.offline import fixed_key
from penstock_builder.testing.recording import Recording, recorded_answers
from penstock_builder.testing.recording_file import read_recording
from penstock_builder.testing.sample import TestRead
from penstock_builder.testing.suite import find_files


def recordings_of(manifest: Path, stream: str) -> dict[Path, Recording]:
    """The recordings of a stream that lie beside a manifest, by file. A file that cannot be read is left out."""
    found = {}
    for file in find_files(manifest):
        try:
            if load_file(file).get("recording") is None:
                continue
            recording = read_recording(file)
        except ManifestError:
            continue
        if recording.setting.stream == stream:
            found[file] = recording
    return found


def replaying(manifest: Manifest, recording: Recording, redactor: Redactor | None = None) -> TestRead:
    """A test read of what was recorded, with the recording's config, state, clock and limits."""
    setting = recording.setting
    return TestRead(
        manifest,
        setting.stream,
        copy.deepcopy(dict(setting.config)),
        copy.deepcopy(dict(setting.state)),
        setting.limits,
        around=recorded_answers(recording),
        redactor=redactor,
        moment=setting.moment,
        key=fixed_key,
        waits=False,
    )
