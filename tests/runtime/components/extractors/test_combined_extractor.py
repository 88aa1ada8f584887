from __future__ import annotations

from typing import Any

import pytest

from penstock.components.extractors import EXTRACTOR
from penstock.errors import ManifestError
from penstock.records.select import FromAnswer
from penstock.testing.fakes import built, component, json_response

BOTH = "extractors: [{type: DpathExtractor, field_path: [a]}, {field_path: [b]}]"


def found(settings: str, *elements: Any) -> list[Any]:
    extract = built(f"{{type: CombinedExtractor, {settings}}}", EXTRACTOR)
    assert isinstance(extract, FromAnswer)
    return list(extract.extract(json_response(list(elements)), elements))


@pytest.mark.parametrize(
    ("settings", "elements", "records"),
    [
        pytest.param(BOTH, [{"a": [1], "b": [2]}], [1, 2], id="all that each finds"),
        pytest.param(BOTH, [{"a": [1], "b": [2]}, {"a": [3]}], [1, 3, 2], id="one extractor after the other"),
        pytest.param(f"{BOTH}, mode: first_match", [{"a": [1], "b": [2]}], [1], id="or the first that finds"),
        pytest.param(f"{BOTH}, mode: first_match", [{"b": [2]}], [2], id="which may be the second"),
        pytest.param(f"{BOTH}, mode: first_match", [{}], [], id="or none"),
        pytest.param(BOTH, [{"a": [None, {}], "b": [2]}], [None, {}, 2], id="empty records count"),
        pytest.param(
            f"{BOTH}, mode: first_match, skip_empty_records: true",
            [{"a": [None, {}], "b": [2]}],
            [2],
            id="unless they are skipped",
        ),
        pytest.param(
            f"extractors: [{{type: CombinedExtractor, {BOTH}, mode: first_match}}, {{field_path: [c]}}]",
            [{"b": [2], "c": [3]}],
            [2, 3],
            id="one inside another",
        ),
    ],
)
def test_extractors_are_combined(settings: str, elements: list[Any], records: list[Any]) -> None:
    assert found(settings, *elements) == records


def test_there_must_be_an_extractor() -> None:
    with pytest.raises(ManifestError, match="needs at least one of `extractors`"):
        component("{type: CombinedExtractor, extractors: []}", EXTRACTOR)
