from __future__ import annotations

from pathlib import Path

import pytest
from tests.runtime.cli import shop as shops
from tests.runtime.cli.project import MANIFEST, Project

from penstock.testing.fake_api import FakeApi


@pytest.fixture
def project(api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose API has two orders and one person; the working directory is its folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PENSTOCK_MANIFEST", raising=False)
    api.on("/orders", {"items": [{"id": 1, "at": "2024-01-02"}, {"id": 2, "at": "2024-01-03"}]})
    api.on("/people", {"items": [{"id": 7, "name": "Ada"}]})
    made = Project(tmp_path)
    made.write("manifest.yaml", MANIFEST)
    made.write("config.json", {"url": api.url, "token": "s3cret-token"})
    made.write("catalog.json", {"streams": [{"stream": {"name": "orders"}}, {"stream": {"name": "people"}}]})
    return made


@pytest.fixture
def shop(api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A shop with a masking policy that covers all its fields; the working directory is its folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PENSTOCK_MASKING", raising=False)
    monkeypatch.setenv("MASKING_KEY", shops.KEY)
    shops.open_shop(api)
    made = Project(tmp_path)
    made.write("manifest.yaml", shops.MANIFEST)
    made.write("policy.yaml", shops.POLICY)
    made.write("config.json", {"url": api.url, "start": "2024-01-01"})
    return made
