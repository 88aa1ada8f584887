from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import click

from penstock.authoring import (
    ConfigError,
    Console,
    Manifest,
    PenstockError,
    SampleLimits,
    Sampling,
    config_saver,
    counted,
    custom_code_options,
    find_class_in,
    human_session,
    load_manifest,
    masking_option,
    parse_state,
    policy_beside,
    read_config,
    read_json,
)
from penstock_builder.testing.junit import as_junit
from penstock_builder.testing.outcome import CaseResult
from penstock_builder.testing.recording import recording_of
from penstock_builder.testing.suite import Test, file_for, find_files, read_tests, save, update

_USUAL = SampleLimits()


@click.command(short_help="Run recordings and cases of a manifest, or record one.")
@click.argument("manifest", type=click.Path())
@click.argument("files", nargs=-1, type=click.Path(), metavar="[FILES]...")
@click.option(
    "--filter", "pattern", metavar="TEXT", help="Only tests whose name holds TEXT; `*` stands for any text."
)
@click.option("--junit", type=click.Path(), metavar="FILE", help="Write the outcomes as JUnit XML.")
@click.option(
    "--update", "updates", is_flag=True, help="Write anew what recordings expect, after showing what changed."
)
@click.option(
    "--record", is_flag=True, help="Read a stream of the API now, and save the read as a recording."
)
@click.option("--stream", metavar="NAME", help="The stream to record.")
@click.option("--config", type=click.Path(), metavar="FILE", help="The configuration to record with.")
@click.option("--state", type=click.Path(), metavar="FILE", help="The saved state to record with.")
@click.option("--name", default="", metavar="NAME", help="What the recording shows; part of its file's name.")
@click.option(
    "--slices",
    type=click.IntRange(1),
    default=_USUAL.slices,
    show_default=True,
    help="Record so many slices.",
)
@click.option(
    "--pages",
    type=click.IntRange(1),
    default=_USUAL.pages,
    show_default=True,
    help="Record so many pages a slice.",
)
@click.option(
    "--records", type=click.IntRange(1), default=100, show_default=True, help="Record so many records."
)
@click.option(
    "--seconds",
    type=click.FloatRange(1),
    default=_USUAL.seconds,
    show_default=True,
    help="Read for so long at most.",
)
@masking_option
@custom_code_options
def command(
    manifest: str,
    files: tuple[str, ...],
    pattern: str | None,
    junit: str | None,
    stream: str | None,
    config: str | None,
    state: str | None,
    name: str,
    slices: int,
    pages: int,
    records: int,
    seconds: float,
    masking: str | None,
    components_path: str | None,
    *,
    updates: bool,
    record: bool,
    allow_custom_code: bool,
) -> None:
    """Run the tests of MANIFEST: recordings and cases, by default cases.yaml and cases/*.yaml beside it.

    Nothing is sent. The clock stands still, masking keys are fixed, and no config is needed. A recording is made from
    a read of the API: secrets, masked fields and what looks like personal data are stand-ins; names of people only where
    a mask covers them. It is replayed once before it is saved. A policy beside the manifest must be given with --masking.

    \b
    Examples:
      penstock test manifest.yaml
      penstock test manifest.yaml cases.yaml --filter "orders*" --junit report.xml
      penstock test manifest.yaml --record --stream orders --config config.json --name two-pages
      penstock test manifest.yaml --update

    Exit codes: 0 all passed, 1 a test failed or cannot run, 2 wrong usage.
    """
    if record and not (stream and config):
        raise click.UsageError("--record needs --stream and --config")
    of_recording = {"--stream": stream, "--config": config, "--state": state, "--name": name}
    idle = [option for option, value in of_recording.items() if value]
    if idle and not record:
        raise click.UsageError(f"{idle[0]} goes with --record; --filter chooses tests")
    with human_session() as console:
        find_class = find_class_in(manifest, components_path, allow_custom_code=allow_custom_code)

        @functools.cache
        def load(policy: Path | None) -> Manifest:
            return load_manifest(manifest, find_class=find_class, masking=masking or policy)

        if record:
            assert stream is not None
            assert config is not None
            if masking is None:
                _refuse_past_policy(Path(manifest))
            sampling = _read(
                console, load(None), stream, config, state, SampleLimits(slices, pages, records, seconds)
            )
            _record(console, sampling, file_for(Path(manifest), stream, name), masking, replace=updates)
            return
        load(None)  # what is wrong with the manifest itself is told once
        tests = _chosen(Path(manifest), [Path(file) for file in files], pattern)
        results = [_run(console, test, load, masking, updates=updates) for test in tests]
        if junit is not None:
            _write(Path(junit), as_junit(results))
        failed = sum(not result.passed for result in results)
        told = [f"{len(results) - failed} passed", *([f"{failed} failed"] if failed else [])]
        console.err.text(f"{', '.join(told)} in {sum(result.seconds for result in results):.1f} s\n")
    if failed:
        sys.exit(1)


def _refuse_past_policy(manifest: Path) -> None:
    """Raises ConfigError where a policy lies beside the manifest: a recording is shared, and would hold all in clear."""
    policy = policy_beside(manifest)
    if policy is not None:
        raise ConfigError(
            f"the masking policy {policy} lies beside the manifest, and is not given: the recording would hold in clear "
            "what it masks",
            hint=f"give it: --masking {policy}; to record without it, move it away",
        )


def _read(
    console: Console, manifest: Manifest, stream: str, config: str, state: str | None, limits: SampleLimits
) -> Sampling:
    """The stream's read, once it is over."""
    saved = parse_state(read_json(state, "state")).get(stream, {}) if state else {}
    sampling = Sampling(
        manifest,
        stream,
        read_config(config),
        saved,
        limits,
        redactor=console.redactor,
        config_changed=config_saver(config),
    )
    sampling.run()
    return sampling


def _record(console: Console, sampling: Sampling, file: Path, masking: str | None, *, replace: bool) -> None:
    """Save the recording of a read that is over."""
    recording = recording_of(sampling, masking=os.path.relpath(masking, file.parent) if masking else "")
    save(recording, file, replace=replace)
    expected = recording.expected
    told = f"{counted(len(recording.exchanges), 'request')} and {counted(len(expected.records), 'record')}"
    console.err.text(f"recorded {told} in {file}: {expected.reason}\nlook through it before you share it\n")


def _chosen(manifest: Path, files: list[Path], pattern: str | None) -> list[Test]:
    """The tests to run. Raises ConfigError where there is none."""
    found = files or find_files(manifest)
    if not found:
        raise ConfigError(
            f"there are no tests beside {manifest}",
            hint=f"record one: penstock test {manifest} --record --stream NAME --config FILE; "
            "or write one, into a cases.yaml beside the manifest",
        )
    tests = read_tests(found)
    if not tests:
        raise ConfigError(f"there are no tests in {', '.join(map(str, found))}")
    chosen = [test for test in tests if pattern is None or fnmatchcase(test.name, f"*{pattern}*")]
    if not chosen:
        raise ConfigError(f"none of {counted(len(tests), 'test')} has a name with {pattern!r}")
    return chosen


def _run(
    console: Console,
    test: Test,
    load: Callable[[Path | None], Manifest],
    masking: str | None,
    *,
    updates: bool,
) -> CaseResult:
    try:
        manifest = load(test.masking)
    except PenstockError as error:  # its policy: the manifest itself was read before
        result = CaseResult(test.name, test.file, test.line, tuple(str(error).splitlines()), 0.0)
        _tell(console, result)
        return result
    result = test.run(manifest)
    _tell(console, result)
    if result.passed or not updates:
        return result
    if not update(test, manifest, masking):
        console.err.text("        written by hand, so it is not updated\n")
        return result
    console.err.text(f"        updated {test.file}\n")
    return test.__class__(test.name, test.file, read_tests([test.file])[0].what).run(manifest)


def _tell(console: Console, result: CaseResult) -> None:
    said = "ok    " if result.passed else "FAILED"
    console.err.text(
        f"{said}  {result.name}  ({result.file}:{result.line}, {result.seconds * 1000:.0f} ms)\n"
    )
    console.err.text("".join(f"        {problem}\n" for problem in result.problems))


def _write(path: Path, text: str) -> None:
    """Write a file. Raises ConfigError where it cannot be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from None
