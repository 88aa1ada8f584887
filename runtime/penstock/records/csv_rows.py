"""Rows of CSV text, one at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, TextIO

from penstock.errors import ResponseError

MOST_CHARACTERS = 16_777_216
"""The most in one value. The library's own limit, 131,072, refuses long descriptions."""

SURPLUS = "null"
"""The field that holds, as a list, what a row has more than the first one."""


def csv_rows(text: TextIO, delimiter: str, stream: str) -> Iterator[dict[str, Any]]:
    """Give each row by the names in the first: all text, null where the row is short. Blank lines are no rows.

    Raises ResponseError, which names the stream.
    """
    csv.field_size_limit(MOST_CHARACTERS)
    rows = csv.reader(text, delimiter=delimiter)
    try:
        names = next(rows, [])
        width = len(names)
        for row in rows:
            if len(row) == width:
                if row:
                    yield dict(zip(names, row, strict=True))
            elif row:
                yield _uneven(names, row)
    except UnicodeDecodeError as error:
        raise ResponseError(
            f"stream {stream}: after line {rows.line_num:,} the CSV is not in {error.encoding}"
        ) from None
    except (csv.Error, UnicodeError):
        raise ResponseError(f"stream {stream}: line {rows.line_num:,} is no CSV") from None


def _uneven(names: list[str], row: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = dict(zip(names, row, strict=False))
    if len(row) > len(names):
        made[SURPLUS] = row[len(names) :]
    for name in names[len(row) :]:
        made[name] = None
    return made
