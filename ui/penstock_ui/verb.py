"""`penstock ui`: opens the builder."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from penstock.authoring import DISTRIBUTION, ConfigError, human_session

APP = Path(__file__).with_name("app.py")
FOLDER, DEMO = "PENSTOCK_UI_FOLDER", "PENSTOCK_UI_DEMO"
"""The environment variables by which the app is told what to open."""


@click.command(short_help="Open the builder in a browser.")
@click.argument("path", type=click.Path(), default=".")
@click.option(
    "--demo", is_flag=True, help="Open a working example: a small API on this machine, and its connector."
)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8501, show_default=True, help="Where to listen."
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser; the address is printed.")
def command(path: str, port: int, *, demo: bool, no_browser: bool) -> None:
    """Open the builder in a browser: write a connector, try it, mask it, record it.

    PATH is a manifest, or a folder of connectors; the current folder by default. It listens on this machine only, and
    nothing leaves but the requests of test reads.

    \b
    Examples:
      penstock ui --demo
      penstock ui manifests/orders/manifest.yaml
      penstock ui connectors/ --port 8600 --no-browser
    """
    with human_session() as console:
        if find_spec("streamlit") is None:
            raise ConfigError("the builder needs Streamlit", hint=f"pip install '{DISTRIBUTION}[ui]'")
        if not Path(path).exists():
            raise ConfigError(
                "there is no such file or folder to open", hint="`penstock init` makes a manifest"
            )
        console.out.text(f"Penstock builder: http://127.0.0.1:{port}  (Ctrl-C ends it)\n")
        environment = {**os.environ, FOLDER: str(Path(path).resolve()), DEMO: "1" if demo else ""}
    os.execve(  # noqa: S606 - Streamlit takes over this process
        sys.executable,
        [sys.executable, "-m", "streamlit", "run", str(APP), *_flags(port, no_browser)],
        environment,
    )


def _flags(port: int, no_browser: bool) -> list[str]:  # noqa: FBT001 - one flag of one caller
    """How Streamlit is to behave. No statistics are sent, and nobody else on the network sees the builder."""
    settings = {
        "server.address": "127.0.0.1",
        "server.enableCORS": "true",
        "server.enableXsrfProtection": "true",
        "browser.serverAddress": "127.0.0.1",
        "server.port": str(port),
        "server.headless": str(no_browser).lower(),
        "server.fileWatcherType": "none",
        "server.maxUploadSize": "50",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "logger.level": "error",
        "runner.magicEnabled": "false",
        "runner.postScriptGC": "false",
        "theme.light.primaryColor": "#0b6e75",
        "theme.dark.primaryColor": "#3fb8c1",
        "theme.codeFontSize": "13px",
    }
    return [f"--{name}={value}" for name, value in settings.items()]
