"""A real browser for the screens: Debian's Chromium, headless, cut off from all but this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route, WebSocket, expect, sync_playwright
from tests.conftest import missing

Serve = Callable[..., str]
"""`serve(app_file, **environment)` serves a Streamlit app until the module's tests are done, and gives its URL."""
Shoot = Callable[[str], Path]
"""`shoot(name)` saves a screenshot of the page under a name."""

SCREENSHOTS = "PENSTOCK_SCREENSHOTS"
"""The environment variable with the folder of screenshots; without it they are temporary."""
STARTS_WITHIN_SECONDS = 60
ANSWERS_WITHIN_SECONDS = 60
LAPTOP = {"width": 1280, "height": 800}
_ONE_BY_ONE = """
const listen = WebSocket.prototype.addEventListener
WebSocket.prototype.addEventListener = function (kind, heard, ...rest) {
  if (kind !== "message") return listen.call(this, kind, heard, ...rest)
  let last = Promise.resolve()
  return listen.call(this, kind, (event) => {
    last = last.then(() => heard.call(this, event)).then(() => new Promise((go) => setTimeout(go, 40)))
  }, ...rest)
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of one module: while it runs, no test there may start an event loop of its own."""
    program = shutil.which("chromium")
    if program is None:
        missing("Chromium")
        return
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def color_scheme() -> str:
    """Light; a test may ask for dark by parametrizing this."""
    return "light"


@pytest.fixture
def page(browser: Browser, color_scheme: str) -> Iterator[Page]:
    """A page that reaches this machine alone: a request to another, or an error in its scripts, fails the test."""
    context = browser.new_context(color_scheme="dark" if color_scheme == "dark" else "light", viewport=LAPTOP)  # type: ignore[arg-type]  # a TypedDict, written as a constant
    outside: list[str] = []
    broken: list[str] = []

    def guard(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname != "127.0.0.1":
            outside.append(f"{address.scheme}://{address.netloc}")
            route.abort()
        else:
            route.continue_()

    context.route("**/*", guard)
    context.set_default_timeout(ANSWERS_WITHIN_SECONDS * 1000)
    expect.set_options(timeout=ANSWERS_WITHIN_SECONDS * 1000)
    opened = context.new_page()
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    context.close()
    assert not outside, "the page left this machine"
    assert not broken


def rests(page: Page) -> None:
    """Wait until nothing is drawn any more."""
    page.wait_for_timeout(900)  # longer than the editor waits before it tells
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    expect(page.locator("[data-stale=true]")).to_have_count(0)


@pytest.fixture
def one_by_one(page: Page) -> None:
    """What the server sends is drawn message by message, as where the machine is busy: else many are drawn at once."""
    page.add_init_script(_ONE_BY_ONE)


@pytest.fixture
def frames(page: Page) -> list[bytes]:
    """What the server sends to the page by its web socket, and what the page fetches of tables and downloads."""
    seen: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda data: seen.append(data if isinstance(data, bytes) else data.encode())
        )

    page.on("websocket", listen)
    page.on("requestfinished", lambda sent: seen.append(_fetched(sent)))
    return seen


def _fetched(sent: Request) -> bytes:
    answer = sent.response() if "/media/" in sent.url else None
    return answer.body() if answer is not None else b""


@pytest.fixture
def shoot(page: Page, tmp_path: Path) -> Shoot:
    """Saves screenshots where `PENSTOCK_SCREENSHOTS` says."""
    folder = Path(os.environ.get(SCREENSHOTS) or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def save(name: str) -> Path:
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        return path

    return save


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Serves Streamlit apps."""
    started: list[subprocess.Popen[bytes]] = []

    def start(app_file: str | Path, **environment: str) -> str:
        folder = tmp_path_factory.mktemp("app")
        port = _free_port()
        settings = {
            "server.port": str(port),
            "server.address": "127.0.0.1",
            "server.headless": "true",
            "server.fileWatcherType": "none",
            "browser.gatherUsageStats": "false",
            "client.toolbarMode": "minimal",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        log = folder / "log"
        with log.open("wb") as writer:
            process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(app_file), *options],
                env={**os.environ, **environment},
                cwd=folder,
                stdout=writer,
                stderr=subprocess.STDOUT,
            )
        started.append(process)
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/_stcore/health", process, log)
        return url

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the app did not start: {log.read_text()}")
