"""Measures what a person waits for in the builder: its start, an edit, a diff, a look at a test read, an image.

    make bench
    python benchmarks/builder.py --rounds 5 edit diff

Shown are medians, with the smallest and the largest. Ratios within a round say more than seconds, for machines are
shared. What needs Chromium, Playwright or podman says so where that is not installed.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from penstock.authoring import ConfigError, SampleLimits, Sampling, parse_manifest, read_text
from penstock.testing.fake_api import FakeApi
from penstock_builder.diff import diff
from penstock_builder.image.build import BuildInputs, Built, build

PENSTOCK = [sys.executable, "-c", "from penstock.cli.main import main; main()"]
HEAD = """\
version: "7.39.1"
type: DeclarativeSource
check: {type: CheckStream, stream_names: [stream_0]}
spec:
  type: Spec
  connection_specification:
    type: object
    properties: {url: {type: string}}
streams:
"""
STREAM = """\
  - type: DeclarativeStream
    name: stream_NUMBER
    primary_key: id
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: "{{ config['url'] }}/things"
        http_method: GET
        request_headers: {X-Shop: one}
      record_selector:
        type: RecordSelector
        extractor: {type: DpathExtractor, field_path: [items]}
        record_filter: {type: RecordFilter, condition: "{{ record['id'] > 0 }}"}
      paginator:
        type: DefaultPaginator
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
        pagination_strategy: {type: PageIncrement, page_size: 200, start_from_page: 1}
    transformations:
      - {type: MaskFields, mask: redact, fields: [name, mail]}
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties:
          id: {type: integer}
          name: {type: string}
          mail: {type: string}
          note: {type: string}
"""
TYPED = """([selector, text]) => new Promise((done) => {
  const input = document.querySelector(selector)
  input.focus()
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, text)
  input.dispatchEvent(new Event("input", { bubbles: true }))
  const line = document.querySelector(".st-key-open-endpoint")
  const start = performance.now()
  new MutationObserver(() => line.innerText.includes(text) && done(performance.now() - start))
    .observe(line, { childList: true, subtree: true, characterData: true })
  input.blur()
})"""
"""Leave a field, and give the milliseconds until the line of its chapter says what was typed."""
FIELD = '[class*="requester-url-template"] input'
WHOLE = """() => document.querySelector(".st-key-test-run button:enabled")
  && document.querySelector(".st-key-badge-lint")?.innerText.includes("0 errors")"""
"""Whether the page can be used and has all that is drawn last."""
SPEC = """
import sys, time
from penstock.cli.main import main
try:
    main(["spec"])
except SystemExit:
    print(time.process_time(), file=sys.stderr)
"""
OWN_PODMAN = ["--runtime=runc", "--cgroup-manager=cgroupfs", "--events-backend=file"]
LIMITS = ["--ulimit=nofile=16384:16384", "--ulimit=nproc=4096:4096"]
"""Settings that work where the limits of a process may not be raised, and the machine has both kinds of cgroups."""
STARTS_WITHIN_SECONDS = 120


class MissingError(Exception):
    """Something that a benchmark needs is not installed; the message names it."""


def main() -> None:
    """Run the chosen benchmarks and print their figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", metavar="BENCHMARK", help=f"of {', '.join(BENCHMARKS)}; all by default"
    )
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    for name in given.names or BENCHMARKS:
        print(f"\n{name}: {BENCHMARKS[name].__doc__}  (load average {os.getloadavg()[0]:.1f})", flush=True)
        try:
            with tempfile.TemporaryDirectory() as folder:
                BENCHMARKS[name](Path(folder), given.rounds)
        except MissingError as missing:
            print(f"  not measured: {missing} is not installed")


def demo(folder: Path, rounds: int) -> None:
    """`penstock ui --demo`, from the command to a page that can be used."""
    listening, full = [], []
    with chromium() as browser:
        for _ in range(rounds):
            started = time.perf_counter()
            with penstock_ui(folder, "--demo") as url:
                listening.append(time.perf_counter() - started)
                page = browser.new_page()
                page.goto(url)
                page.wait_for_function(WHOLE)  # it asks at every frame; a locator only twice a second
                full.append(time.perf_counter() - started)
                page.close()
    show("command to listening", listening, "s")
    show("command to full page", full, "s")


def edit(folder: Path, rounds: int) -> None:
    """An edit in a form, from leaving the field to the changed line of its chapter."""
    lengths = (1_000, 5_000)
    for length in lengths:
        path = folder / str(length) / "manifest.yaml"
        path.parent.mkdir()
        path.write_text(manifest_of(length))
    took: dict[int, list[float]] = {length: [] for length in lengths}
    with chromium() as browser, penstock_ui(folder, str(folder)) as url:
        pages = {length: browser.new_page() for length in lengths}
        for length, page in pages.items():
            page.goto(
                f"{url}/?manifest={length}/manifest.yaml&view=stream&card=/streams/0/retriever/requester"
            )
            page.locator(FIELD).wait_for()
        for number in range(rounds + 1):
            for length, page in pages.items():
                page.wait_for_timeout(700)  # whatever else the page does after an edit
                waited = page.evaluate(TYPED, [FIELD, f"https://api.example.com/n{number}"])
                if number:  # the first is to warm up
                    took[length].append(waited)
    for length in lengths:
        show(f"{length:,} lines", took[length], "ms")
    show_ratio("5,000 lines / 1,000 lines", took[5_000], took[1_000])


def diff_(folder: Path, rounds: int) -> None:
    """What a change of every stream means, of two manifests of 1,000 lines: seconds of work."""
    old = manifest_of(1_000)
    new = old.replace("note: {type: string}", "note: {type: integer}")
    readings, diffs = [], []
    for _ in range(rounds):
        started = time.process_time()
        sides = read_text(old, "old.yaml"), read_text(new, "new.yaml")
        read = time.process_time()
        changes = diff(*sides).changes
        readings.append(1000 * (read - started))
        diffs.append(1000 * (time.process_time() - read))
        if len(changes) < old.count("type: DeclarativeStream\n"):
            raise SystemExit("failed: a change is not told")
    show("read both", readings, "ms")
    show("compare", diffs, "ms")
    show_ratio("compare / read both", diffs, readings)


def snapshot(folder: Path, rounds: int) -> None:
    """A look at a test read while it runs: 5 pages of 200 records with two masked fields."""
    page = [
        {"id": n, "name": f"Person Number {n}", "mail": f"p{n}@example.com", "note": "some words " * 5}
        for n in range(1, 201)
    ]
    looks: list[float] = []
    slowest, totals, again = [], [], []

    def changed() -> None:
        started = time.perf_counter()
        sampling.snapshot()
        looks.append(1000 * (time.perf_counter() - started))

    with FakeApi() as api:
        api.on("/things", lambda request: {"items": fresh(page, int(request.params.get("page", "1")))})
        text = manifest_of(30)
        for _ in range(rounds):
            looks.clear()
            sampling = Sampling(
                parse_manifest(text),
                "stream_0",
                {"url": api.url},
                None,
                SampleLimits(records=2_000),
                changed=changed,
            )
            sample = sampling.run()
            if len(sample.records) != 1_000:
                raise SystemExit(f"failed: {len(sample.records)} records: {sample.reason}")
            slowest.append(max(looks))
            totals.append(statistics.median(looks))
            started = time.perf_counter()
            sampling.snapshot()
            again.append(1000 * (time.perf_counter() - started))
    show("a look, the median of a read", totals, "ms")
    show("the slowest of a read", slowest, "ms")
    show("once more at its end", again, "ms")


def fresh(records: Sequence[dict[str, Any]], page: int) -> list[dict[str, Any]]:
    """The records with other values on each page, so that each is learned anew."""
    return [
        {
            **each,
            "id": 1_000 * page + each["id"],
            "name": f"{each['name']} of {page}",
            "mail": f"{page}{each['mail']}",
        }
        for each in records
    ]


def image(folder: Path, rounds: int) -> None:
    """An image on base and libraries that are made already, and `spec` in its container."""
    manifest = folder / "manifest.yaml"
    manifest.write_text(manifest_of(100))
    inputs = BuildInputs(manifest, "acme/source-bench", "1.0.0", epoch=1_700_000_000)
    try:
        built = build(inputs, folder / "first")
    except ConfigError as error:
        raise MissingError(f"what an image is made of ({error.message})") from error
    wall, work = [], []
    for number in range(rounds):
        started, began = time.perf_counter(), time.process_time()
        built = build(inputs, folder / f"image-{number}")
        wall.append(time.perf_counter() - started)
        work.append(time.process_time() - began)
    show("warm build, two platforms", wall, "s")
    show("its work", work, "s of CPU")
    print(f"  {'connector layer':32} {built.connector_size:,} bytes")
    for platform, made in built.images.items():
        print(f"  {f'image {platform}':32} {made.size / 1e6:.1f} MB, packed")
    spec(folder, built, rounds)


def spec(folder: Path, built: Built, rounds: int) -> None:
    """`spec` in the container and here, in turn."""
    if shutil.which("podman") is None or shutil.which("runc") is None:
        raise MissingError("podman with runc")
    with tempfile.TemporaryDirectory(
        prefix="pod-", ignore_cleanup_errors=True
    ) as store:  # podman wants short names
        podman = ["podman", f"--root={store}/root", f"--runroot={store}/run", *OWN_PODMAN]
        pulled = ran([*podman, "pull", "-q", f"oci:{built.layout.folder}:{built.reference}"])
        name = pulled.stdout.split()[-1]
        run = [*podman, "run", "--rm", "--read-only", "--cap-drop=all", "--network=host", *LIMITS]
        inside, whole, beside = [], [], []
        for _ in range(rounds):
            started = time.perf_counter()
            ran([*run, name, "spec"])
            whole.append(time.perf_counter() - started)
            inside.append(float(ran([*run, "--entrypoint=python3", name, "-c", SPEC]).stderr))
            started = time.perf_counter()
            ran([*PENSTOCK, "spec", "--manifest-path", str(folder / "manifest.yaml")])
            beside.append(time.perf_counter() - started)
        ran([*podman, "rmi", "--force", "--all"])
    show("`podman run` of `spec`", whole, "s")
    show("`spec` inside, Python's start too", inside, "s of CPU")
    show("`spec` here", beside, "s")
    show_ratio("`podman run` / here", whole, beside)


def ran(command: list[str]) -> subprocess.CompletedProcess[str]:
    """What a command wrote; raises SystemExit where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"failed: {' '.join(command[:8])} …\n{done.stderr[-2000:]}")
    return done


def manifest_of(lines: int) -> str:
    """A manifest of at least so many lines; its streams are alike."""
    count = -(-(lines - HEAD.count("\n")) // STREAM.count("\n"))
    return HEAD + "".join(STREAM.replace("NUMBER", str(number)) for number in range(count))


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A browser of Playwright's; raises MissingError."""
    program = shutil.which("chromium")
    if program is None or importlib.util.find_spec("playwright") is None:
        raise MissingError("Chromium" if program is None else "Playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            context.set_default_timeout(1000 * STARTS_WITHIN_SECONDS)
            yield context
        finally:
            browser.close()


@contextlib.contextmanager
def penstock_ui(folder: Path, *arguments: str) -> Iterator[str]:
    """The address of `penstock ui`, from when it listens until the block ends."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = int(bound.getsockname()[1])
    quiet = subprocess.DEVNULL
    command = [*PENSTOCK, "ui", *arguments, "--no-browser", "--port", str(port)]
    process = subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet)
    try:
        end = time.perf_counter() + STARTS_WITHIN_SECONDS
        while not listens(port):
            if process.poll() is not None or time.perf_counter() > end:
                raise SystemExit("failed: `penstock ui` did not start")
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def listens(port: int) -> bool:
    """Whether something does."""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def show(what: str, figures: Sequence[float], unit: str) -> None:
    """Print the median of some figures and their range."""
    digits = 1 if unit == "ms" else 2
    low, high = min(figures), max(figures)
    print(
        f"  {what:32} {statistics.median(figures):.{digits}f} {unit} ({low:.{digits}f}-{high:.{digits}f})",
        flush=True,
    )


def show_ratio(what: str, ours: Sequence[float], theirs: Sequence[float]) -> None:
    """Print the median of the ratios within a round, and their range."""
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"  {what:32} {statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})", flush=True)


BENCHMARKS: dict[str, Callable[[Path, int], None]] = {
    "demo": demo,
    "edit": edit,
    "diff": diff_,
    "snapshot": snapshot,
    "image": image,
}

if __name__ == "__main__":
    main()
