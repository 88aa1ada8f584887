"""A first case for a stream, to be filled in by hand, and its way into `cases.yaml`."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from penstock.authoring import ConfigError, Json, Reading, plain, stand_in, write_document
from penstock_builder.testing.cases import parse_cases
from penstock_builder.testing.suite import CASES_FILE

_HEAD = "# Cases of this connector; `penstock test` runs them without a network.\ncases:\n"
_HOST = "https://api.test"


def case_template(reading: Reading, stream: str, path: str = "") -> str:
    """The text of a case of a stream: a config that fits, one answer to `path`, and what to expect of it."""
    case: dict[str, Json] = {
        "name": f"{stream}, one page",
        "stream": stream,
        "given": {
            "config": _config(reading),
            "responses": [{"path": path or f"/{stream}", "answer": {"status": 200, "json": [{"id": 1}]}}],
        },
        "expect": {"records": [{"id": 1}]},
    }
    return write_document(case)


def add_case(manifest: Path, text: str) -> Path:
    """Add a case to `cases.yaml` beside a manifest, and give that file.

    Raises ManifestError, with places in the text, where it is no case; ConfigError where its name is taken.
    """
    (case,) = parse_cases(_listed(text), "the case")
    file = manifest.parent / CASES_FILE
    before = file.read_text(encoding="utf-8") if file.is_file() else _HEAD
    names = [other.name for other in parse_cases(before, CASES_FILE)] if file.is_file() else []
    if case.name in names:
        raise ConfigError(f"there is a case `{case.name}` already", hint="give it another name")
    after = before.rstrip("\n") + "\n" + textwrap.indent(_item(text), "  ")
    if len(parse_cases(after, CASES_FILE)) != len(names) + 1:
        raise ConfigError(f"{CASES_FILE} does not end with its list of cases", hint="add it there by hand")
    file.write_text(after, encoding="utf-8")
    return file


def _listed(text: str) -> str:
    return "cases:\n" + textwrap.indent(_item(text), "  ")


def _item(text: str) -> str:
    """A mapping as an item of a list."""
    return "- " + textwrap.indent(text.strip("\n"), "  ").lstrip() + "\n"


def _config(reading: Reading) -> dict[str, Json]:
    tree = reading.tree
    spec = tree.part("spec") if tree is not None else None
    schema = spec.get("connection_specification") if spec is not None else None
    declared = plain(schema) if schema is not None else {}
    made = stand_in(declared if isinstance(declared, Mapping) else {})
    return {
        name: _HOST if value == "none" and "url" in name.lower() else value for name, value in made.items()
    }
