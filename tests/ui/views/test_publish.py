"""The view that takes a connector along: checks, version, downloads and command lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector

CASES = """\
cases:
  - name: one order
    stream: orders
    given:
      config: { url: https://api.test, token: t }
      responses: [{ path: /orders, answer: { json: { items: [{ id: 1 }] } } }]
    expect:
      records: [{ id: 1 }]
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    connector(tmp_path).with_name("cases.yaml").write_text(CASES)
    return Opened(tmp_path, monkeypatch, manifest="shop/manifest.yaml", view="publish")


def test_tests_count_only_for_the_text_that_they_ran_on(page: Opened) -> None:
    """A change makes them open again."""
    before = page.said
    page.click("publish-run")
    ran = page.said
    page.draft.set("/description", "a shop")
    page.run()

    assert "1 test, not run since the last change" in before
    assert "1 of 1 test passed" in ran
    assert "1 test, not run since the last change" in page.said


def test_changes_since_the_last_named_revision_propose_the_version(page: Opened) -> None:
    """A new stream asks for a minor version."""
    page.click("publish-name-revision")
    page.draft.replace_text(
        MANIFEST.replace("spec:", MANIFEST.split("streams:\n")[1].split("spec:")[0].replace("orders", "returns") + "spec:", 1)
    )  # fmt: skip
    page.run()

    assert "Changes since 0.1.0" in page.said
    assert "penstock image build shop/manifest.yaml -t local/source-shop:0.2.0" in page.said


def test_a_policy_beside_the_manifest_goes_along(page: Opened) -> None:
    """As soon as it is there."""
    before = page.said
    page.draft.path.with_name("policy.yaml").write_text("classes: {email: {mask: redact}}\n")
    page.run()

    assert "--masking" not in before
    assert "--to shop.duckdb --masking shop/policy.yaml\n" in page.said


def test_metadata_beside_the_manifest_says_name_and_version(page: Opened) -> None:
    """They cannot be changed here then, and what is wrong with the file is told."""
    file = page.draft.path.with_name("metadata.yaml")
    file.write_text("data: {name: Shop}\n")
    page.run()

    assert "lacks" in page.said
    assert not [each for each in page.app.text_input if each.label == "Version"]


def test_a_manifest_with_errors_makes_no_package(page: Opened) -> None:
    """The text itself can still be downloaded."""
    page.draft.set("/streams/0/retriever/requester/type", "NoSuchRequester")
    page.run()

    assert "a manifest with errors makes no package" in page.said
    assert "1 error" in page.said
