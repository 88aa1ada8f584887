"""How many declared fields are masked."""

from __future__ import annotations

from pathlib import Path

from penstock.authoring import read_text
from penstock_builder.coverage import Coverage, coverage

DEMO = Path(__file__).parents[2] / "ui/penstock_ui/demo/manifest.yaml"


def test_fields_that_hold_values_are_counted() -> None:
    """Of an object those inside it; a mask of an object covers all of them; a stream without a schema is unknown."""
    text = DEMO.read_text()

    as_written = coverage(read_text(text))
    wider = coverage(read_text(text.replace("address.street", "address")))

    assert as_written == Coverage(declared=9, masked=4, unknown=2)
    assert wider == Coverage(declared=9, masked=6, unknown=2)


def test_what_does_not_read_has_no_fields() -> None:
    """A text that is no YAML is no error here: reading told of it."""
    assert coverage(read_text("streams: [")) == Coverage(0, 0, 0)
