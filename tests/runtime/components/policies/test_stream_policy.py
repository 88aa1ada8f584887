from __future__ import annotations

import pytest
from tests.runtime.components.policies.policies import context, masked, resources

from penstock.components.policies import STREAM_POLICY
from penstock.errors import ManifestError
from penstock.masking.policy import FROM_POLICY, FROM_STREAM
from penstock.testing.fakes import component


@pytest.mark.parametrize(
    ("pattern", "level"),
    [
        pytest.param("*", FROM_POLICY, id="of every stream"),
        pytest.param("customers", FROM_STREAM, id="of one stream"),
        pytest.param("custom*", FROM_STREAM, id="of some streams"),
    ],
)
def test_a_field_has_a_class_or_a_mask(pattern: str, level: int) -> None:
    """What is said of one stream wins over what is said of all."""
    declared = component(
        "{type: StreamPolicy, fields: {name: name, note: {mask: drop}}, unclassified: fail}", STREAM_POLICY
    )

    said = declared.build(resources())(pattern, context())

    by_class, by_mask = said.rules
    assert masked(by_class, {"name": "Ada", "note": "x"}) == {"name": "***", "note": "x"}
    assert masked(by_mask, {"name": "Ada", "note": "x"}) == {"name": "Ada"}
    assert {by_class.level, by_mask.level} == {level}
    assert (said.pattern, said.unclassified) == (pattern, "fail")


def test_a_path_that_cannot_be_read_is_told() -> None:
    with pytest.raises(ManifestError, match=r"the path `a\.` ends where a name should be"):
        component("{type: StreamPolicy, fields: {'a.': name}}", STREAM_POLICY)
