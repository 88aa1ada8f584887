from __future__ import annotations

import subprocess
import sys

import pytest

import penstock


@pytest.mark.parametrize("name", penstock.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """They are imported when they are first asked for."""
    assert getattr(penstock, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """As in any module, with its words."""
    with pytest.raises(AttributeError, match="module 'penstock' has no attribute 'raed'"):
        penstock.raed  # noqa: B018 - the look-up is what is tested


def test_importing_penstock_imports_none_of_its_libraries() -> None:
    """Start-up counts: `penstock --version` must not wait for a database."""
    code = "import sys, penstock; print(*sorted({'duckdb', 'jinja2', 'yaml', 'httpx', 'pyarrow'} & sys.modules.keys()))"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "\n"
