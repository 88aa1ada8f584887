from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMPONENTS = ROOT / "ui/penstock_ui/components"
SOURCES = COMPONENTS / "src"
ASSETS = COMPONENTS / "assets"
SCRIPTS = ("code_editor.js", "json_tree.js", "library.js")


def test_what_is_shipped_is_built_from_these_sources() -> None:
    """Each script names the digest of all sources; after a change, `make ui-assets` builds anew."""
    digest = hashlib.sha256()
    sources = [path for path in SOURCES.iterdir() if path.suffix == ".js" or path.name.startswith("package")]
    for path in sorted(sources, key=lambda path: path.name):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())

    for name in SCRIPTS:
        assert f"sources {digest.hexdigest()} */" in (ASSETS / name).read_text().splitlines()[0]


def test_a_build_gives_the_same_bytes(tmp_path: Path) -> None:
    """Needs node, and the packages that `npm ci` installs."""
    node = shutil.which("node")
    if node is None or not (SOURCES / "node_modules").is_dir():
        pytest.skip("node, or its packages, are not installed")

    subprocess.run([node, "build.js", tmp_path], cwd=SOURCES, check=True)

    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert built == {path.name: path.read_bytes() for path in ASSETS.iterdir()}


def test_packages_are_pinned_by_digest_and_no_address() -> None:
    """Any registry will do; what it gives is checked."""
    lock = json.loads((SOURCES / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert "://" not in json.dumps(lock)


def test_licences_of_others_are_shipped() -> None:
    """All of them are permissive."""
    told = (ASSETS / "LICENSES.txt").read_text()

    for package in ("@codemirror/view", "@codemirror/lang-yaml", "@lezer/lr", "style-mod"):
        assert f"\n{package} " in told
    assert told.count("Permission is hereby granted") == told.count("-" * 80)


def test_the_wheel_holds_the_scripts(tmp_path: Path) -> None:
    """And not what they are built from."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()

    held = {name for name in names if name.startswith("penstock_ui/components/assets/")}
    assert held == {f"penstock_ui/components/assets/{name}" for name in (*SCRIPTS, "LICENSES.txt")}
    assert not [name for name in names if "/src/" in name or "node_modules" in name]


def test_a_wheel_runs_by_itself(tmp_path: Path) -> None:
    """The scripts are found where the wheel was unpacked: Streamlit need not look for them."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(next(tmp_path.glob("*.whl"))).extractall(unpacked)
    told = "import penstock_ui.components.shipped as s; s.shipped('library'); print(s.__file__)"

    done = subprocess.run(
        [sys.executable, "-c", told],
        check=False,
        env={"PYTHONPATH": str(unpacked)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip().startswith(str(unpacked)), done.stderr
