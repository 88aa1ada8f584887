from __future__ import annotations

from penstock.components.cursors import CURSOR
from penstock.testing.fakes import built


def test_a_class_gives_the_cursor() -> None:
    """Its field is one of the manifest's."""
    cursor = built(
        "{type: CustomIncrementalSync, class_name: components.SequenceCursor, cursor_field: n}", CURSOR
    )

    assert list(cursor.windows(cursor.open({"n": 7}))) == [{"after": 7}]
