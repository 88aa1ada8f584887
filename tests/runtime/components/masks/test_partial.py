from __future__ import annotations

import pytest

from penstock.components.masks import MASK
from penstock.errors import ManifestError
from penstock.testing.fakes import built, component


@pytest.mark.parametrize(
    ("settings", "value", "masked"),
    [
        pytest.param("", "ada", "***", id="nothing is kept by default"),
        pytest.param("keep_last: 4", "4111111111111111", "************1111", id="the end"),
        pytest.param("keep_first: 2, keep_last: 1", "abcdef", "ab***f", id="both ends"),
        pytest.param("keep_last: 4", "1111", "****", id="too short to hide anything"),
        pytest.param("keep_first: 1, form: Email", "ada@example.test", "a**@example.test", id="an address"),
        pytest.param("keep_first: 1", "ada@example.test", "a***************", id="an address as text"),
        pytest.param("form: Email", "@ada", "****", id="a handle is no address"),
    ],
)
def test_only_the_ends_are_kept(settings: str, value: str, masked: str) -> None:
    """And with `form: Email` the domain."""
    assert built(f"{{type: Partial, {settings}}}", MASK).value(value) == masked


@pytest.mark.parametrize("name", ["keep_first", "keep_last"])
def test_no_end_is_negative(name: str) -> None:
    """Python would count from the other side."""
    with pytest.raises(ManifestError, match=f"`{name}` is zero or more"):
        component(f"{{type: Partial, {name}: -1}}", MASK)
