from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from penstock_builder.testing.junit import as_junit
from penstock_builder.testing.outcome import CaseResult


def test_outcomes_are_told_by_file_and_case() -> None:
    """Counts and seconds for each file and in all; a failure has its first problem as the message, all as the text."""
    cases = Path("cases.yaml")
    results = [
        CaseResult("one", cases, 2, (), 0.25),
        CaseResult("two <&>", cases, 9, ("record 1: `a`", 'control \x00 and "quotes"'), 0.5),
        CaseResult("three", Path("cases/three.yaml"), 1, (), 0.0),
    ]

    root = ET.fromstring(as_junit(results).encode())

    assert root.attrib == {
        "name": "penstock test",
        "tests": "3",
        "failures": "1",
        "errors": "0",
        "time": "0.750",
    }
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root] == [
        ("cases.yaml", "2", "1"),
        ("cases/three.yaml", "1", "0"),
    ]
    [failed] = root.findall(".//testcase[failure]")
    assert (failed.get("name"), failed.get("file"), failed.get("line"), failed.get("time")) == (
        "two <&>",
        "cases.yaml",
        "9",
        "0.500",
    )
    failure = failed.find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == (
        "record 1: `a`",
        'record 1: `a`\ncontrol \ufffd and "quotes"',
    )
