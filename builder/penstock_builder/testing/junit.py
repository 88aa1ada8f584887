"""Outcomes of tests as JUnit XML, which every CI reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from penstock_builder.testing.outcome import CaseResult

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (§2.2)."""


def as_junit(results: Sequence[CaseResult]) -> str:
    """A `testsuites` element with a suite for each file; times are seconds."""
    root = Element("testsuites", _counts("penstock test", results))
    for file in dict.fromkeys(result.file for result in results):
        of_file = [result for result in results if result.file == file]
        suite = SubElement(root, "testsuite", _counts(str(file), of_file))
        for result in of_file:
            case = SubElement(
                suite,
                "testcase",
                {
                    "classname": _clean(str(file)),
                    "name": _clean(result.name),
                    "file": _clean(str(file)),
                    "line": str(result.line),
                    "time": f"{result.seconds:.3f}",
                },
            )
            if not result.passed:
                failure = SubElement(case, "failure", {"message": _clean(result.problems[0])})
                failure.text = _clean("\n".join(result.problems))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _counts(name: str, results: Sequence[CaseResult]) -> dict[str, str]:
    return {
        "name": _clean(name),
        "tests": str(len(results)),
        "failures": str(sum(not result.passed for result in results)),
        "errors": "0",
        "time": f"{sum(result.seconds for result in results):.3f}",
    }


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
