"""The comments of an import that say how sure it is, and how they go once a person has decided."""

from __future__ import annotations

import re

from penstock_builder.editing.document import Document
from penstock_builder.editing.lines import comments_above, line_end, line_start, next_line
from penstock_builder.editing.places import Parts

_NOTE = re.compile(r"\s*# guessed, [0-9]+% sure: ")


def guess_note(confidence: float, evidence: str) -> str:
    """What stands above a guess; `confidence` is in 0..1."""
    return f"guessed, {confidence:.0%} sure: {evidence}"


def without_guess(document: Document, parts: Parts) -> Document:
    """The document without such a comment above a key; other comments stay."""
    spot = document.spot(parts)
    if spot is None or spot.entry is None or spot.entry.key is None:
        return document
    text, key = document.text, spot.entry.key.start
    line = line_start(text, comments_above(text, key))
    while line < line_start(text, key):
        if _NOTE.match(text[line : line_end(text, line)]):
            return document.spliced([(line, next_line(text, line), "")])
        line = next_line(text, line)
    return document
