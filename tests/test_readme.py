"""What README says is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from penstock.testing.fake_api import Answer, FakeApi
from penstock.testing.fakes import run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANIFEST = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)[0]


def test_the_manifest_runs(api: FakeApi) -> None:
    """It follows the `Link` header, and masks the author and every e-mail address."""
    releases = [
        {"id": number, "author": {"login": "ada", "email": "ada@example.com"}, "name": f"v{number}"}
        for number in (1, 2)
    ]
    api.in_turn(
        "/repos/duckdb/duckdb/releases",
        Answer(releases[:1], headers={"Link": f'<{api.url}/more>; rel="next"'}),
    )
    api.on("/more", releases[1:])

    stored = run(MANIFEST.replace("https://api.github.com", api.url))

    assert stored.records["releases"] == [
        {"id": 1, "author": {"login": "***", "email": "***"}, "name": "v1"},
        {"id": 2, "author": {"login": "***", "email": "***"}, "name": "v2"},
    ]


def test_the_manifest_is_short() -> None:
    """A manifest that does something useful takes fifteen lines."""
    assert len(MANIFEST.splitlines()) <= 15


@pytest.mark.parametrize("path", re.findall(r"^\| `([\w/]+/)` \|", README, re.MULTILINE))
def test_every_folder_is_there(path: str) -> None:
    """The table of places names no place that is gone."""
    assert (ROOT / path).is_dir()


def test_every_dependency_is_explained() -> None:
    """Each library of `pyproject.toml` has a line that says what it is for, and no other has."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[\[><=]", requirement)[0] for requirement in project["dependencies"]}
    explained = re.findall(r"^\| ([\w, -]+) \| ", README.partition("| library | for |")[2], re.MULTILINE)

    assert declared == {name for names in explained for name in names.split(", ")}
