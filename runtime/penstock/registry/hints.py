"""Did you mean …?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], ticks: str = "`") -> str:
    """A hint that names the known word nearest to `word`, or empty text."""
    names = list(known)
    lower = {name.lower(): name for name in names}
    close = difflib.get_close_matches(word, names, n=1) or [
        lower[match] for match in difflib.get_close_matches(word.lower(), lower, n=1)
    ]
    return f"did you mean {ticks}{close[0]}{ticks}?" if close else ""


def listed(names: Iterable[str]) -> str:
    """Names in ticks, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)
