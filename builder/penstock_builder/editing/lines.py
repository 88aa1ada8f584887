"""Line by line around a place of a text: where its line ends, and which comments belong to it."""

from __future__ import annotations

from penstock_builder.editing.layout import column_of


def line_start(text: str, place: int) -> int:
    """Where the line of a place begins."""
    return text.rfind("\n", 0, place) + 1


def line_end(text: str, place: int) -> int:
    """Where the line of a place ends, before its line break."""
    found = text.find("\n", place)
    if found < 0:
        return len(text)
    return found - 1 if found and text[found - 1] == "\r" else found


def next_line(text: str, place: int) -> int:
    """Where the next line begins; the end of the text if there is none."""
    found = text.find("\n", place)
    return len(text) if found < 0 else found + 1


def is_first(text: str, place: int) -> bool:
    """Whether only blanks stand before a place in its line."""
    return not text[line_start(text, place) : place].strip()


def comments_above(text: str, place: int) -> int:
    """Where the comment lines begin that stand right above a place, in its column; the place itself if none does."""
    if not is_first(text, place):
        return place
    column = column_of(text, place)
    begins, line = place, line_start(text, place)
    while line > 0:
        line = line_start(text, line - 1)
        if not _is_comment(text, line, column, exactly=True):
            break
        begins = line + column
    return begins


def comments_below(text: str, place: int, column: int) -> int:
    """The end of the last comment line right below the line of a place that stands at a column or further in."""
    ends, line = line_end(text, place), next_line(text, place)
    while line < len(text) and _is_comment(text, line, column):
        ends = line_end(text, line)
        line = next_line(text, line)
    return ends


def first_comment(text: str, head: int, start: int) -> int:
    """Where the first comment line between a key's line and its value begins, or the value if there is none."""
    line = next_line(text, head)
    while line < start:
        if text[line : line_end(text, line)].lstrip().startswith("#"):
            return line + len(text[line:start]) - len(text[line:start].lstrip())
        line = next_line(text, line)
    return start


def comment_on(text: str, place: int) -> int:
    """Where the comment after a block's mark (`| # why`) begins, with the blanks before it; the line's end if none."""
    end = line_end(text, place)
    found = text.find("#", place, end)
    if found < 0:
        return end
    return place + len(text[place:found].rstrip())


def _is_comment(text: str, line: int, column: int, *, exactly: bool = False) -> bool:
    written = text[line : line_end(text, line)]
    bare = written.lstrip(" ")
    inside = len(written) - len(bare)
    return bare.startswith("#") and (inside == column if exactly else inside >= column)
