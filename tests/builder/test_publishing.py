"""What a connector should pass before it is published, and the version that its changes ask for."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from penstock.authoring import load_manifest
from penstock_builder import publishing
from penstock_builder.draft import Draft
from penstock_builder.lint import lint
from penstock_builder.masking import grid
from penstock_builder.moves import mask_field
from penstock_builder.publishing import FIRST_VERSION
from penstock_builder.testing.suite import read_tests

CASE = """\
cases:
  - name: one item
    stream: items
    given:
      responses: [{ path: /items, answer: { json: [{ id: 1 }] } }]
    expect:
      records: [{ id: 1 }]
"""


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return Draft.new(tmp_path / "shop")


@pytest.mark.parametrize(
    ("last", "bump", "following"),
    [
        ("1.2.3", "none", "1.2.3"),
        ("1.2.3", "patch", "1.2.4"),
        ("v1.2.3", "minor", "1.3.0"),
        ("release 1.2.3", "major", "2.0.0"),
        ("before the cursor", "major", FIRST_VERSION),
        ("", "none", FIRST_VERSION),
    ],
)
def test_the_next_version_counts_from_the_name_of_the_last(last: str, bump: str, following: str) -> None:
    """Semantic versioning; a name that is no version begins anew."""
    assert publishing.next_version(last, bump) == following  # type: ignore[arg-type]  # a Bump, from a table


def test_an_error_of_the_linter_fails_its_gate(draft: Draft) -> None:
    """Warnings and notes do not."""
    before = publishing.lint_gate(lint(draft.reading))

    draft.set("/streams/0/retriever/requester", {"type": "NoSuchRequester"})
    after = publishing.lint_gate(lint(draft.reading))

    assert before.passed
    assert after.passed is False
    assert after.told.startswith("1 error")


def test_tests_that_did_not_run_are_not_passed(draft: Draft) -> None:
    """Neither are tests that are not there."""
    assert publishing.tests_gate(0, ()).passed is None
    assert publishing.tests_gate(2, None).passed is None


def test_a_test_that_fails_fails_the_gate(draft: Draft) -> None:
    file = draft.path.with_name("cases.yaml")
    results = []
    for text in (CASE, CASE.replace("records: [{ id: 1 }]", "records: [{ id: 2 }]")):
        file.write_text(text)
        results.append([test.run(load_manifest(draft.path)) for test in read_tests([file])])

    passed, failed = (publishing.tests_gate(1, each) for each in results)

    assert (passed.passed, passed.told) == (True, "1 of 1 test passed")
    assert (failed.passed, failed.told) == (False, "0 of 1 test passed")


def test_a_field_that_looks_personal_fails_the_masking_gate(draft: Draft) -> None:
    """Until somebody masks it, or says that it is kept."""
    records = {"items": [{"id": number, "email": f"p{number}@example.org"} for number in range(3)]}
    nothing = publishing.masking_gate(grid(draft, {}))
    before = publishing.masking_gate(grid(draft, records))

    mask_field(draft, "items", "email", "redact")
    after = publishing.masking_gate(grid(draft, records))

    assert (nothing.passed, before.passed, after.passed) == (None, False, True)
    assert "1 that look personal" in before.told


def test_the_newest_named_revision_is_what_was_published_last(draft: Draft) -> None:
    """What has no name does not count."""
    draft.name_revision(draft.revision, "0.1.0")
    draft.set("/description", "a shop")

    named = publishing.last_named(draft)

    assert named is not None
    assert (named.name, named.number < draft.revision) == ("0.1.0", True)


@pytest.mark.parametrize(
    ("connector", "image"),
    [("shop", "local/source-shop"), ("Book Shop", "local/source-book-shop"), ("source-x", "local/source-x"), ("…", "local/source-connector")],
)  # fmt: skip
def test_an_image_is_named_after_its_connector(connector: str, image: str) -> None:
    """As registries allow it."""
    assert publishing.image_name(connector) == image


def test_command_lines_name_files_and_hold_no_value() -> None:
    """The config is named, not told."""
    lines = publishing.command_lines("shop/manifest.yaml", "acme/source-shop", "1.2.0", "shop")

    assert "penstock image build shop/manifest.yaml -t acme/source-shop:1.2.0 --config config.json" in lines
    assert all(line.startswith("penstock ") for line in lines.splitlines())
    assert "--masking" not in lines


def test_what_leaves_the_page_is_under_the_policy_beside_the_manifest(draft: Draft) -> None:
    """What was masked in every test read is not clear in a run that the page told of."""
    policy = draft.path.with_name("policy.yaml")
    policy.write_text("classes: {email: {mask: redact}}\n")

    package = publishing.package_of(draft, "acme/source-shop", "1.2.0")
    lines = publishing.command_lines(
        "shop/manifest.yaml", "acme/source-shop", "1.2.0", "shop", "shop/policy.yaml"
    )

    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        assert archive.read("masking.yaml") == policy.read_bytes()
    runs = [line for line in lines.splitlines() if re.match("penstock (sync|package|image)", line)]
    assert len(runs) == 3
    assert all(line.endswith(" --masking shop/policy.yaml") for line in runs)
