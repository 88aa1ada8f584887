from __future__ import annotations

from pathlib import Path

import click
import pytest
from tests.builder.importers.har_apis import APIS as HAR_APIS
from tests.builder.importers.measured import Measured, measure
from tests.builder.importers.openapi_apis import APIS as OPENAPI_APIS

from penstock.authoring import read_text
from penstock_builder.importers import import_text
from penstock_builder.lint import lint

HERE = Path(__file__).parent
FILES = {
    **{("openapi", name): api for name, api in OPENAPI_APIS.items()},
    **{("har", name): api for name, api in HAR_APIS.items()},
}
IDS = ["/".join(file) for file in FILES]


def text_of(form: str, name: str) -> str:
    return (HERE / form / name).read_text(encoding="utf-8")


def test_every_file_has_an_api_behind_it() -> None:
    """Twenty of each form, and for each what its API does."""
    there = {(form, path.name) for form in ("openapi", "har") for path in (HERE / form).iterdir()}

    assert there == set(FILES)
    assert sum(form == "openapi" for form, _ in FILES) == sum(form == "har" for form, _ in FILES) == 20


@pytest.mark.parametrize(("form", "name"), FILES, ids=IDS)
def test_lint_finds_nothing_wrong(form: str, name: str) -> None:
    """An imported manifest has no errors and no warnings."""
    found = lint(read_text(import_text(form, text_of(form, name)).text))

    assert [str(each.diagnostic) for each in found if each.diagnostic.severity != "note"] == []


@pytest.mark.parametrize(("form", "name"), FILES, ids=IDS)
def test_the_same_file_gives_the_same_bytes(form: str, name: str) -> None:
    """Nothing of an import is left to chance."""
    assert import_text(form, text_of(form, name)).text == import_text(form, text_of(form, name)).text


def test_four_of_five_lists_are_read_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of all lists of all files: the second page was asked for, it differs, and each record came exactly once."""
    found: list[Measured] = []
    for (form, name), api in FILES.items():
        found += measure(name, import_text(form, text_of(form, name)), api, tmp_path)

    read = [each for each in found if not each.why]
    missed = [each for each in found if each.why]
    with capsys.disabled():
        told = [f"{len(read)} of {len(found)} lists are read whole ({len(read) / len(found):.0%})"]
        told += [f"  not {each.file}, {each.listed}: {each.why}" for each in missed]
        click.echo("\n" + "\n".join(told))
    assert len(read) / len(found) >= 0.8
