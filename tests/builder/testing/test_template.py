"""A first case of a stream, and its way into `cases.yaml`."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.authoring import ConfigError, ManifestError, read_text
from penstock_builder.draft import MINIMAL
from penstock_builder.testing.suite import read_tests
from penstock_builder.testing.template import add_case, case_template

CASE = "name: {}\nstream: items\nexpect:\n  records: []\n"


def test_a_template_is_a_case(tmp_path: Path) -> None:
    """It is added as it is."""
    text = case_template(read_text(MINIMAL), "items", "/v1/items")

    file = add_case(tmp_path / "manifest.yaml", text)

    (test,) = read_tests([file])
    assert (test.name, test.what.setting.stream) == ("items, one page", "items")


def test_cases_are_added_one_after_the_other(tmp_path: Path) -> None:
    """What is there stays, comments too."""
    for name in ("first", "second"):
        file = add_case(tmp_path / "manifest.yaml", CASE.format(name))

    assert [test.name for test in read_tests([file])] == ["first", "second"]
    assert file.read_text().startswith("# Cases of this connector")


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    add_case(tmp_path / "manifest.yaml", CASE.format("first"))

    with pytest.raises(ConfigError, match="there is a case `first` already"):
        add_case(tmp_path / "manifest.yaml", CASE.format("first"))


@pytest.mark.parametrize("text", ["", "name: a", "- name: a", "name: a\nstream: items\nexpct: {}", "{"])
def test_what_is_no_case_is_refused(tmp_path: Path, text: str) -> None:
    """And nothing is written."""
    with pytest.raises(ManifestError):
        add_case(tmp_path / "manifest.yaml", text)

    assert not list(tmp_path.iterdir())
