from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.builder.package.conftest import MANIFEST
from tests.command import run_command


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a connector."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders/manifest.yaml").write_text(MANIFEST)
    return tmp_path


def test_both_files_are_written_and_named(here: Path) -> None:
    """The paths are what was asked for, so they go to standard output; all else to standard error."""
    outcome = run_command(
        "package", "orders", "--wheel", "--zip", "--name", "source-orders", "--version", "1.2.0"
    )

    assert outcome.out.split() == [
        "dist/source_orders-1.2.0-py3-none-any.whl",
        "dist/source-orders-1.2.0.zip",
    ]
    assert all(Path(name).is_file() for name in outcome.out.split())
    assert outcome.err.count("note: without a git commit") == 1


def test_what_lies_beside_the_manifest_names_it(here: Path) -> None:
    """`metadata.yaml` tells name and version; a version that differs from it is refused."""
    run_command("package", "orders", "--zip", "--name", "source-orders", "--version", "1.2.0", "-o", ".")
    with zipfile.ZipFile("source-orders-1.2.0.zip") as archive:
        archive.extract("metadata.yaml", "orders")

    assert run_command("package", "orders", "--wheel").exit_code == 0
    refused = run_command("package", "orders", "--wheel", "--version", "1.3.0")
    assert (refused.exit_code, "error[metadata-disagrees]" in refused.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (["orders"], 2, "--wheel, --zip or both"),
        (["orders", "--wheel"], 1, "no name or no version"),
        (["nowhere", "--wheel", "--name", "source-x", "--version", "1.0.0"], 1, "nowhere"),
        (["orders", "--wheel", "--name", "source-x", "--version", "1.0"], 1, "semantic version"),
        (["orders", "--wheel", "--name", "9", "--version", "1.0.0"], 1, "command of this name"),
        (
            ["orders", "--zip", "--name", "x", "--version", "1.0.0", "-o", "orders/manifest.yaml"],
            1,
            "cannot be",
        ),
    ],
)
def test_wrong_usage_is_told(here: Path, arguments: list[str], exit_code: int, told: str) -> None:
    """Without a traceback."""
    outcome = run_command("package", *arguments)

    assert outcome.exit_code == exit_code
    assert told in outcome.err


def test_a_secret_in_the_manifest_is_found(here: Path) -> None:
    """As for an image: nothing is written, the place is told and the value is not."""
    secret = "c4n4ry-5ecret-0123456789"
    Path("orders/manifest.yaml").write_text(MANIFEST.replace("path: orders", f"path: {secret}"))
    Path("config.json").write_text(f'{{"url": "http://127.0.0.1", "api_key": "{secret}"}}')
    words = [
        "package",
        "orders",
        "--zip",
        "--name",
        "source-orders",
        "--version",
        "1.2.0",
        "--config",
        "config.json",
    ]

    refused = run_command(*words)
    waived = run_command(*words, "--waive", "secrets")

    assert (refused.exit_code, waived.exit_code) == (1, 0)
    assert "manifest.yaml:11:" in refused.err
    assert secret not in refused.err
