from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.command import PROCESS
from tests.runtime.cli.project import VERBS, Project

import penstock

CODE = """
import logging
import sys

from penstock.custom import RecordExtractor

print("loud while it is loaded")
logging.getLogger().addHandler(logging.StreamHandler(sys.__stdout__))

class Items(RecordExtractor):
    def extract(self, response, elements):
        print("loud while it runs")
        sys.stderr.write("loud on standard error")
        logging.getLogger("anything").error("loud in a log")
        for element in elements:
            for item in element["items"]:
                yield {**item, "seen": True}
"""


@pytest.fixture
def custom(project: Project) -> Project:
    """The project, with an extractor of its own."""
    project.change("{ type: DpathExtractor, field_path: [items] }", "{ class_name: components.Items }")
    project.write("components.py", CODE)
    return project


@pytest.mark.parametrize("verb", ["check", "discover", "read", "sync"])
def test_custom_code_is_refused_unless_it_is_allowed(custom: Project, verb: str) -> None:
    """With the place in the manifest, and the option that allows it; nothing of it runs."""
    outcome = custom.run(verb)

    assert outcome.exit_code == 1
    assert "error[custom-code]" in outcome.out + outcome.err
    assert "--allow-custom-code" in outcome.out + outcome.err
    assert "loud" not in outcome.out + outcome.err


def test_the_spec_needs_no_leave(custom: Project) -> None:
    """It is in the manifest alone: nothing of the code runs."""
    outcome = custom.run("spec")

    assert outcome.exit_code == 0
    assert "loud" not in outcome.out + outcome.err


@pytest.mark.parametrize("verb", ["spec", "check", "discover", "read", "sync"])
def test_custom_code_that_is_allowed_runs_in_silence(custom: Project, verb: str) -> None:
    """From the components.py beside the manifest; what it prints would break the protocol and pass the masks."""
    outcome = custom.run(verb, "--allow-custom-code")

    assert outcome.exit_code == 0
    assert "loud" not in outcome.out + outcome.err


def test_an_image_allows_it_by_a_variable(custom: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """An image cannot change how a platform calls it."""
    monkeypatch.setenv("PENSTOCK_ALLOW_CUSTOM_CODE", "true")

    records = [record["data"] for record in custom.run("read").of_type("RECORD")]

    assert len(records) == 3
    assert all(record["seen"] for record in records)


def test_the_file_may_lie_elsewhere(custom: Project) -> None:
    """`--components-path` goes before what lies beside the manifest."""
    custom.write("other.py", CODE.replace('"seen"', '"elsewhere"'))

    outcome = custom.run("read", "--allow-custom-code", "--components-path", "other.py")

    assert all("elsewhere" in record["data"] for record in outcome.of_type("RECORD"))


def test_from_python_it_is_an_argument(custom: Project) -> None:
    """Off by default there too."""
    path = Path("manifest.yaml")

    with pytest.raises(penstock.ManifestError, match="custom-code"):
        penstock.load(path)

    assert penstock.load(path, allow_custom_code=True, components_path="components.py").source.streams


def test_a_log_handler_of_its_own_is_no_way_out(custom: Project) -> None:
    """It may hold standard output itself; asked of a whole process, where nothing is captured before."""
    arguments = [*PROCESS, "read", *VERBS["read"], "--allow-custom-code"]

    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0
    assert "RECORD" in done.stdout
    assert "loud" not in done.stdout + done.stderr
