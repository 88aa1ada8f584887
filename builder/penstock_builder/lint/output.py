"""Findings as other programs read them: JSON, and SARIF 2.1.0 for code review."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from penstock.authoring import Severity, Span, __version__
from penstock_builder.edit import Edit
from penstock_builder.lint import all_rules
from penstock_builder.lint.reading import READING
from penstock_builder.lint.rule import Finding

Json = Any

_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "note": "note"}


def as_json(findings: Sequence[Finding]) -> str:
    """A list of objects, one for each finding."""
    return json.dumps([_object(finding) for finding in findings], indent=2, ensure_ascii=False) + "\n"


def _object(finding: Finding) -> Json:
    told = finding.diagnostic
    return {
        "file": told.span.file,
        "line": told.span.line,
        "column": told.span.col,
        "rule": told.rule,
        "severity": told.severity,
        "message": told.message,
        "hint": told.hint,
        "used_by": [str(site) for site in told.via],
        "fixable": bool(finding.fix),
    }


def as_sarif(findings: Sequence[Finding]) -> str:
    """A log of one run (OASIS SARIF 2.1.0)."""
    ids = sorted({finding.diagnostic.rule for finding in findings})
    run = {
        "tool": {
            "driver": {
                "name": "penstock lint",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(id_) for id_ in ids],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, ids) for finding in findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(id_: str) -> Json:
    rule = all_rules().get(id_)
    summary = rule.summary if rule else READING.get(id_, id_)
    return {
        "id": id_,
        "shortDescription": {"text": summary},
        "defaultConfiguration": {"level": _LEVELS[rule.severity if rule else "error"]},
    }


def _result(finding: Finding, ids: Sequence[str]) -> Json:
    told = finding.diagnostic
    made: Json = {
        "ruleId": told.rule,
        "ruleIndex": ids.index(told.rule),
        "level": _LEVELS[told.severity],
        "message": {"text": f"{told.message}. {told.hint}" if told.hint else told.message},
        "locations": [_location(told.span)],
    }
    if told.via:
        made["relatedLocations"] = [
            {"id": number, **_location(site), "message": {"text": "used by"}}
            for number, site in enumerate(told.via)
        ]
    if finding.fix:
        change = {
            "artifactLocation": _artifact(told.span.file),
            "replacements": [_replacement(edit) for edit in finding.fix],
        }
        made["fixes"] = [{"description": {"text": told.hint or told.message}, "artifactChanges": [change]}]
    return made


def _location(span: Span) -> Json:
    region = {"startLine": span.line, "startColumn": span.col}
    return {"physicalLocation": {"artifactLocation": _artifact(span.file), "region": region}}


def _artifact(file: str) -> Json:
    return {"uri": quote(file)}


def _replacement(edit: Edit) -> Json:
    *whole, last = edit.old.split("\n")
    end = edit.col + len(edit.old) if not whole else len(last) + 1
    region = {
        "startLine": edit.line,
        "startColumn": edit.col,
        "endLine": edit.line + len(whole),
        "endColumn": end,
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.new}}
