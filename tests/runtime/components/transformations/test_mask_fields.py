from __future__ import annotations

from typing import Any

import pytest

from penstock.components.transformations import TRANSFORMATION
from penstock.errors import ManifestError
from penstock.masking.automaton import MaskRule
from penstock.masking.batch import RawBatch
from penstock.masking.masker import Masker
from penstock.testing.fakes import built


def rule(settings: str) -> MaskRule:
    """The rule that these settings give."""
    made = built(f"{{type: MaskFields, {settings}}}", TRANSFORMATION)
    assert isinstance(made, MaskRule)
    return made


def masked(record: dict[str, Any], settings: str) -> dict[str, Any]:
    """The record as it leaves."""
    [made] = Masker([rule(settings)])(RawBatch("orders", [record])).records
    return made


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        pytest.param("[name]", {"name": "***", "contacts": [{"phone": "1"}], "ip": "2"}, id="a field"),
        pytest.param(
            "['contacts[*].phone']",
            {"name": "Ada", "contacts": [{"phone": "***"}], "ip": "2"},
            id="in a list",
        ),
        pytest.param(
            "['**.phone', ip]", {"name": "Ada", "contacts": [{"phone": "***"}], "ip": "***"}, id="two"
        ),
        pytest.param("['$.name']", {"name": "***", "contacts": [{"phone": "1"}], "ip": "2"}, id="a JSONPath"),
    ],
)
def test_fields_are_masked_by_their_paths(fields: str, left: dict[str, Any]) -> None:
    record = {"name": "Ada", "contacts": [{"phone": "1"}], "ip": "2"}

    assert masked(record, f"fields: {fields}, mask: redact") == left


@pytest.mark.parametrize(
    ("mask", "left"),
    [
        pytest.param("redact", {"name": "***"}, id="by its name"),
        pytest.param("Redact", {"name": "***"}, id="however it is spelt"),
        pytest.param("drop", {}, id="without a field"),
        pytest.param("nullify", {"name": None}, id="with null"),
        pytest.param('{type: Redact, text: "(removed)"}', {"name": "(removed)"}, id="with settings"),
    ],
)
def test_a_mask_is_named_or_described(mask: str, left: dict[str, Any]) -> None:
    """A mask without settings needs no mapping."""
    assert masked({"name": "Ada"}, f"fields: [name], mask: {mask}") == left


def test_messages_name_the_rule_by_its_fields_and_stream() -> None:
    assert rule("fields: [name, '**.phone'], mask: redact").where.endswith(
        "for `name`, `**.phone`, stream orders"
    )


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param("fields: [], mask: redact", "MaskFields needs at least one path", id="no path"),
        pytest.param("fields: ['a..b'], mask: redact", "the path `a..b` cannot be read", id="no such path"),
        pytest.param("fields: [name], mask: blur", "there are .*drop.*redact", id="no such mask"),
        pytest.param(
            "fields: [name], mask: hmac", "no mask of this name works without settings", id="settings"
        ),
        pytest.param("fields: [name]", "MaskFields needs `mask`", id="no mask"),
    ],
)
def test_a_rule_that_cannot_be_is_told_at_load(settings: str, told: str) -> None:
    """A mask that is not applied would be a leak, so none is guessed."""
    with pytest.raises(ManifestError, match=told):
        rule(settings)
