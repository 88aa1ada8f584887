from __future__ import annotations

import json

from penstock.authoring import read_text
from penstock_builder.lint import lint
from penstock_builder.lint.examples import retriever
from penstock_builder.lint.output import as_json, as_sarif

FINDINGS = lint(read_text(retriever("paginater: {type: NoPagination}").text, "a folder/manifest.yaml"))


def test_json_has_one_object_for_each_finding() -> None:
    """With its place, its rule and what to do."""
    [told] = json.loads(as_json(FINDINGS))

    assert told == {
        "file": "a folder/manifest.yaml",
        "line": 33,
        "column": 7,
        "rule": "unknown-field",
        "severity": "warning",
        "message": "SimpleRetriever has no field `paginater`",
        "hint": "did you mean `paginator`?",
        "used_by": [],
        "fixable": True,
    }


def test_sarif_is_what_code_review_reads() -> None:
    """Version 2.1.0 (OASIS), each result with a rule, a region and, where there is one, a fix."""
    log = json.loads(as_sarif(FINDINGS))

    [run] = log["runs"]
    [result] = run["results"]
    [rule] = run["tool"]["driver"]["rules"]
    assert log["version"] == "2.1.0"
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("unknown-field", 0, "warning")
    assert rule["id"] == "unknown-field"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a%20folder/manifest.yaml"},
                "region": {"startLine": 33, "startColumn": 7},
            }
        }
    ]
    [change] = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 33, "startColumn": 7, "endLine": 33, "endColumn": 16},
            "insertedContent": {"text": "paginator"},
        }
    ]


def test_nothing_found_is_an_empty_log() -> None:
    """And no error."""
    assert json.loads(as_json([])) == []
    assert json.loads(as_sarif([]))["runs"][0]["results"] == []
