from __future__ import annotations

import pytest

from penstock.components.checks import DYNAMIC_CHECK, DynamicCheck
from penstock.errors import ManifestError
from penstock.testing.fakes import built, component


@pytest.mark.parametrize(("settings", "count"), [("", None), (", stream_count: 3", 3)])
def test_all_streams_are_tried_unless_it_says_how_many(settings: str, count: int | None) -> None:
    text = f"{{type: DynamicStreamCheckConfig, dynamic_stream_name: tables{settings}}}"

    assert built(text, DYNAMIC_CHECK) == DynamicCheck("tables", count)


def test_at_least_one_is_tried() -> None:
    with pytest.raises(ManifestError, match="`stream_count` is at least 1"):
        component(
            "{type: DynamicStreamCheckConfig, dynamic_stream_name: tables, stream_count: 0}", DYNAMIC_CHECK
        )
