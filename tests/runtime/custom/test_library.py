from __future__ import annotations

import sys
from pathlib import Path

import pytest

from penstock.custom.library import Library
from penstock.errors import ConfigError

CODE = """
from penstock.custom import Transformation

class Upper(Transformation):
    def transform(self, record, scope):
        record["name"] = record["name"].upper()

notes = "not a class"
"""


@pytest.mark.parametrize(
    "class_name",
    [
        "components.Upper",
        "source_declarative_manifest.components.Upper",
        "source_orders.components.Upper",
    ],
)
def test_a_class_is_found_beside_the_manifest(tmp_path: Path, class_name: str) -> None:
    """Whatever package a manifest says that its file is in."""
    (tmp_path / "components.py").write_text(CODE)

    assert Library(tmp_path)(class_name).__name__ == "Upper"


def test_two_files_do_not_mix(tmp_path: Path) -> None:
    """Modules are kept by what is in them, and never under a name that another connector could have."""
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text(CODE)
    two.write_text(CODE.replace(".upper()", ".lower()"))

    first, second = (Library(tmp_path, file)("components.Upper") for file in (one, two))

    assert first is not second
    assert first is Library(tmp_path, one)("components.Upper")
    assert "components" not in sys.modules


def test_a_package_beside_the_manifest_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With imports of its own between its modules."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    package = tmp_path / "source_penstock_probe"
    (package / "components").mkdir(parents=True)
    for folder in (package, package / "components"):
        (folder / "__init__.py").write_text("")
    (package / "components" / "auth.py").write_text("from .base import Upper\n")
    (package / "components" / "base.py").write_text(CODE)

    found = Library(tmp_path)("source_penstock_probe.components.auth.Upper")

    assert found.__module__ == "source_penstock_probe.components.base"


@pytest.mark.parametrize(
    ("class_name", "code", "told"),
    [
        pytest.param(
            "components.Other", CODE, "there is no class `components.Other`", id="no class of this name"
        ),
        pytest.param("components.notes", CODE, "there is no class `components.notes`", id="not a class"),
        pytest.param("Upper", CODE, "not of the form", id="no module"),
        pytest.param(
            "components.Upper", "import nowhere_to_be", "imports `nowhere_to_be`", id="a missing library"
        ),
        pytest.param("components.Upper", "1 +", "cannot be loaded: SyntaxError at line 1", id="syntax"),
        pytest.param(
            "components.Upper", "raise ValueError('s3cret')", "cannot be loaded: ValueError", id="an error"
        ),
    ],
)
def test_what_is_wrong_is_told_without_its_text(
    tmp_path: Path, class_name: str, code: str, told: str
) -> None:
    """The kind of error and its place."""
    (tmp_path / "components.py").write_text(code)

    with pytest.raises(ConfigError) as error:
        Library(tmp_path)(class_name)

    assert told in str(error.value)
    assert "s3cret" not in str(error.value)
